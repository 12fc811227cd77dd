// What a media file says of itself, through ffprobe. Called by every benchmark that compares media.
import { run } from './processes.mjs';

const fraction = (text) => {
  const [over, under] = (text ?? '0/0').split('/').map(Number);
  return over > 0 && under > 0 ? over / under : 0;
};

// The frame rate to think in: the densest spacing of frames (r_frame_rate), unless that is only a clock's resolution (a
// phone's "90000/1"); then the mean. Pure.
export function frameRateOf(stream) {
  const mean = fraction(stream.avg_frame_rate);
  const dense = fraction(stream.r_frame_rate);
  if (dense > 0 && (mean === 0 || dense <= Math.max(mean * 1.5, mean + 1))) return dense;
  return mean || 25;
}

// Pixels as shown: a phone's portrait recording is stored lying down with a rotation beside it. Pure.
export function shownSize(stream) {
  const turn = Math.abs(Math.round(Number(stream.side_data_list?.find((one) => one.rotation !== undefined)?.rotation ?? stream.tags?.rotate ?? 0)));
  return turn % 180 === 90 ? { width: stream.height, height: stream.width } : { width: stream.width, height: stream.height };
}

// {width, height, fps (densest), meanFps, duration (s), rate (of the whole file, bit/s), audio: {codec, rate, channels, layout} or null}
export async function probe(path) {
  const { out } = await run('ffprobe', ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', path]);
  const { streams, format } = JSON.parse(out);
  const video = streams.find((s) => s.codec_type === 'video');
  const audio = streams.find((s) => s.codec_type === 'audio');
  if (!video) throw new Error(`${path} has no picture`);
  return {
    ...shownSize(video), codec: video.codec_name, fps: frameRateOf(video), meanFps: fraction(video.avg_frame_rate) || frameRateOf(video), duration: Number(format.duration), rate: Number(format.bit_rate ?? 0),
    audio: audio ? { codec: audio.codec_name, rate: Number(audio.bit_rate ?? 0), channels: audio.channels ?? 0, layout: audio.channel_layout ?? '' } : null,
  };
}

// Every packet of one track, in file order: [{pts (s), bytes}]; `track` as ffprobe writes it (v:0, a:0).
export async function packetsOf(path, track) {
  const { out } = await run('ffprobe', ['-v', 'error', '-select_streams', track, '-show_entries', 'packet=pts_time,size', '-of', 'csv=p=0', path]);
  return out.split('\n').map((line) => line.split(',')).filter((cells) => cells.length >= 2).map(([pts, bytes]) => ({ pts: Number(pts), bytes: Number(bytes) }));
}
