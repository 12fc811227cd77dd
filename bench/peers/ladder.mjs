// The peer's ladder: what PeerTube's published VOD settings make of the same recording, by the ffmpeg command line.
// From its encoder options: x264 veryfast, CRF 23 (x264's own default), at most its table's bits per pixel or 1.3 times the
// source's rate, b_strategy 1, 16 B-frames, a keyframe every two seconds; AAC copied where it can be, else stereo; HLS with
// 4 s segments as byte ranges of one fragmented MP4 file a rung, video and audio together.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from '../support/processes.mjs';

const kBitsPerPixel = { 240: 0.17, 360: 0.15, 480: 0.12, 720: 0.11, 1080: 0.1 };
const kLeastBitsPerPixel = 0.02;

export async function probe(path) {
  const { out } = await run('ffprobe', ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', path]);
  const { streams, format } = JSON.parse(out);
  const video = streams.find((s) => s.codec_type === 'video');
  const audio = streams.find((s) => s.codec_type === 'audio');
  const [over, under] = (video.avg_frame_rate !== '0/0' ? video.avg_frame_rate : video.r_frame_rate).split('/').map(Number);
  return {
    width: video.width, height: video.height, fps: over / under, rate: `${over}/${under}`, duration: Number(format.duration),
    videoRate: Number(video.bit_rate ?? 0), audioCodec: audio?.codec_name ?? '',
  };
}

export const kHeights = [240, 360, 480, 720, 1080];

// The heights that do not enlarge the source; the source's own where it is smaller than all of them.
export function heightsFor(source) {
  const shorter = Math.min(source.width, source.height);
  const list = kHeights.filter((height) => height <= shorter);
  return list.length ? list : [shorter];
}

// ffmpeg's output options for one rung's video.
export function videoOptions(source, height) {
  const fps = Math.min(30, source.fps);
  const wide = source.width >= source.height;
  const pixels = height * height * (wide ? source.width / source.height : source.height / source.width);
  const average = pixels * fps * (kBitsPerPixel[height] ?? 0.19);
  const capped = source.videoRate ? Math.min(average, source.videoRate * 1.3) : average;
  const rate = Math.round(Math.max(capped, pixels * fps * kLeastBitsPerPixel));
  return [
    '-c:v', 'libx264', '-preset', 'veryfast', '-maxrate', String(rate), '-bufsize', String(rate * 2), '-b_strategy', '1', '-bf', '16',
    '-r', String(fps), '-g', String(Math.round(fps * 2)), '-keyint_min', String(Math.round(fps)), '-pix_fmt', 'yuv420p',
    '-vf', wide ? `scale=w=-2:h=${height}` : `scale=w=${height}:h=-2`,
  ];
}

// Makes (once) folder/<height>.m3u8, <height>.mp4 and multivariant.m3u8; returns the rungs.
export async function makeLadder(name, path) {
  const folder = `build/bench/peers/${name}`;
  const { size, mtimeMs } = statSync(path);
  const key = JSON.stringify([resolve(path), size, mtimeMs]);
  const record = `${folder}/record.json`;
  if (existsSync(record)) {
    const known = JSON.parse(readFileSync(record, 'utf8'));
    if (known.key === key) return known;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const source = await probe(path);
  const audio = source.audioCodec === 'aac' ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '128k', '-ac', '2'];
  const rungs = [];
  for (const height of heightsFor(source)) {
    await run('ffmpeg', [
      '-v', 'error', '-y', '-i', path, '-map', '0:v:0', '-map', '0:a:0?', ...videoOptions(source, height), ...audio,
      '-hls_time', '4', '-hls_list_size', '0', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file',
      '-hls_segment_filename', `${folder}/${height}.mp4`, '-f', 'hls', `${folder}/${height}.m3u8`,
    ]);
    const made = await probe(`${folder}/${height}.mp4`);
    const bytes = statSync(`${folder}/${height}.mp4`).size;
    rungs.push({ height, width: made.width, shownHeight: made.height, file: `${folder}/${height}.mp4`, bytes, kbps: (bytes * 8) / 1000 / source.duration });
  }
  const lines = rungs.map((r) => `#EXT-X-STREAM-INF:BANDWIDTH=${Math.round(r.kbps * 1000)},RESOLUTION=${r.width}x${r.shownHeight},CODECS="avc1.64001f${source.audioCodec ? ',mp4a.40.2' : ''}"\n${r.height}.m3u8\n`);
  writeFileSync(`${folder}/multivariant.m3u8`, `#EXTM3U\n#EXT-X-VERSION:7\n${lines.reverse().join('')}`);
  const made = { key, folder, source, rungs };
  writeFileSync(record, JSON.stringify(made));
  return made;
}
