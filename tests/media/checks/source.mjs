// The truth about a source, from ffprobe's packets: which tracks are presented, from when to when. Edit lists are respected
// (packets a demuxer marks as discarded do not count), attached pictures are not video.
import { ffprobe } from '../support/run.mjs';

const number = (text) => (text === undefined || text === 'N/A' ? undefined : Number(text));

/**
 * {start, end, duration, frame, tracks: [{kind, start, end, frame}]} in seconds; frame is the longest nominal frame among
 * the tracks, the tolerance that "within one frame" means.
 */
export async function sourceFacts(path, input = []) {
  const { streams, packets } = await ffprobe(path, ['streams', 'packets'], [...input, '-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,flags']);
  const tracks = [];
  for (const stream of streams) {
    if (!['video', 'audio'].includes(stream.codec_type) || stream.disposition?.attached_pic) continue;
    const times = packets.filter((packet) => packet.stream_index === stream.index && !packet.flags.includes('D'))
      .map((packet) => ({ at: number(packet.pts_time) ?? number(packet.dts_time), lasts: number(packet.duration_time) }))
      .filter(({ at }) => at !== undefined)
      .sort((a, b) => a.at - b.at);
    if (times.length === 0) continue;
    const frame = nominalFrame(stream, times);
    const declared = number(stream.start_time);
    const start = stream.codec_type === 'audio' && declared !== undefined ? Math.max(times[0].at, Math.min(declared, times[0].at + 0.2)) : times[0].at;
    const end = Math.max(...times.map(({ at, lasts }) => at + (lasts || frame)));
    tracks.push({ kind: stream.codec_type, codec: stream.codec_name, start, end, frame, packets: times.length });
  }
  if (tracks.length === 0) return { tracks };
  const start = Math.min(...tracks.map((track) => track.start));
  const end = Math.max(...tracks.map((track) => track.end));
  return { start, end, duration: end - start, frame: Math.max(...tracks.map((track) => track.frame)), tracks };
}

function nominalFrame(stream, times) {
  // The longest common audio frame is MP3's of 26 ms; Windows Media's last 43 ms and more. PCM packets are no frames.
  if (stream.codec_type === 'audio') return stream.codec_name.startsWith('pcm') ? 0.03 : Math.min(0.1, Math.max(0.03, times[0].lasts ?? 0));
  const [num, den] = (stream.avg_frame_rate ?? '0/0').split('/').map(Number);
  if (num > 0 && den > 0) return den / num;
  return times.length > 1 ? (times.at(-1).at - times[0].at) / (times.length - 1) : 0.04;
}
