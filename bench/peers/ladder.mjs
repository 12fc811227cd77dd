// The peer's ladder: what PeerTube's published VOD settings make of the same recording, by the ffmpeg command line.
// From its sources (packages/ffmpeg: default transcoding profile, presets, encoder options; core-utils: bitrate; server:
// computeOutputFPS): x264 veryfast, CRF 23 (x264's own default), at most its table's bits per pixel or 1.3 times the
// source's rate, b_strategy 1, 16 B-frames, a keyframe every two seconds; AAC copied where it can be, else stereo; HLS with
// 4 s segments as byte ranges of one fragmented MP4 file a rung, video and audio together. Kept by content and settings.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { ffmpegVersion, hashOf, keptFolder } from '../support/cache.mjs';
import { probe } from '../support/probe.mjs';
import { run } from '../support/processes.mjs';

const kBitsPerPixel = { 240: 0.17, 360: 0.15, 480: 0.12, 720: 0.11, 1080: 0.1 };
const kLeastBitsPerPixel = 0.02;
const kStandardRates = [24, 25, 30];
const kMostAudioKbps = 384;

export const kHeights = [240, 360, 480, 720, 1080];

// The heights that do not enlarge the source; the source's own where it is smaller than all of them.
export function heightsFor(source) {
  const shorter = Math.min(source.width, source.height);
  const list = kHeights.filter((height) => height <= shorter);
  return list.length ? list : [shorter];
}

// The source's rounded mean rate; below 720 lines, where the picture is made smaller, at most 30: the standard rate that
// divides it best. 60 at most anywhere.
export function framesPerSecond(source, height) {
  const rate = Math.max(1, Math.round(source.meanFps));
  if (height < 720 && height !== Math.min(source.width, source.height) && rate > 30)
    return [...kStandardRates].sort((a, b) => (rate % a) - (rate % b))[0];
  return Math.min(60, rate);
}

// ffmpeg's output options for one rung's video.
export function videoOptions(source, height) {
  const fps = framesPerSecond(source, height);
  const wide = source.width >= source.height;
  const pixels = height * height * (wide ? source.width / source.height : source.height / source.width);
  const perPixel = kBitsPerPixel[[...kHeights].reverse().find((one) => one <= height)] ?? 0.19;
  const average = Math.floor(pixels * fps * perPixel);
  const capped = source.rate ? Math.min(average, source.rate * 1.3) : average;
  const rate = Math.round(Math.max(capped, Math.floor(pixels * fps * kLeastBitsPerPixel)));
  return [
    '-c:v', 'libx264', '-preset', 'veryfast', '-maxrate:v', String(rate), '-bufsize:v', String(rate * 2), '-b_strategy', '1', '-bf', '16',
    '-r', String(fps), '-g:v', String(fps * 2), '-pix_fmt', 'yuv420p', '-vf', wide ? `scale=w=-2:h=${height}` : `scale=w=${height}:h=-2`,
  ];
}

// AAC of up to 384 kbit/s goes through as it is; everything else becomes stereo AAC at its own rate, 256 where unknown.
export function audioOptions(source) {
  const { audio } = source;
  if (!audio) return [];
  const kbps = Math.round(audio.rate / 1000);
  if (audio.codec === 'aac' && kbps > 0 && kbps <= kMostAudioKbps && audio.layout && audio.layout !== 'unknown' && audio.layout !== 'quad') return ['-c:a', 'copy'];
  return ['-c:a', 'aac', '-ac', '2', '-b:a', `${kbps > 0 ? Math.min(kMostAudioKbps, kbps) : 256}k`];
}

const rungArguments = (source, height, path, folder) => [
  '-v', 'error', '-nostdin', '-y', '-i', path, '-map', '0:v:0', '-map', '0:a:0?', '-map_metadata', '-1', ...videoOptions(source, height), ...audioOptions(source),
  '-hls_time', '4', '-hls_list_size', '0', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file',
  '-hls_segment_filename', `${folder}/${height}.mp4`, '-f', 'hls', `${folder}/${height}.m3u8`,
];

async function fill(folder, path, source) {
  const rungs = [];
  for (const height of heightsFor(source)) {
    await run('ffmpeg', rungArguments(source, height, path, folder));
    const made = await probe(`${folder}/${height}.mp4`);
    const bytes = statSync(`${folder}/${height}.mp4`).size;
    rungs.push({ height, width: made.width, shownHeight: made.height, bytes, kbps: (bytes * 8) / 1000 / source.duration });
  }
  const lines = rungs.map((r) => `#EXT-X-STREAM-INF:BANDWIDTH=${Math.round(r.kbps * 1000)},RESOLUTION=${r.width}x${r.shownHeight},CODECS="avc1.64001f${source.audio ? ',mp4a.40.2' : ''}"\n${r.height}.m3u8\n`);
  writeFileSync(`${folder}/multivariant.m3u8`, `#EXTM3U\n#EXT-X-VERSION:7\n${lines.reverse().join('')}`);
  writeFileSync(`${folder}/ladder.json`, JSON.stringify({ source, rungs }));
}

// {folder (with multivariant.m3u8 and for each rung HEIGHT.m3u8 and HEIGHT.mp4), source, rungs: [{height, width, shownHeight,
// file, bytes, kbps}]}, made on first use.
export async function makeLadder(path) {
  const source = await probe(path);
  const settings = heightsFor(source).map((height) => rungArguments(source, height, 'SOURCE', 'OUT'));
  const folder = await keptFolder('peer', [await hashOf(path), settings, ffmpegVersion()], (fresh) => fill(fresh, path, source));
  const made = JSON.parse(readFileSync(`${folder}/ladder.json`, 'utf8'));
  return { ...made, folder, rungs: made.rungs.map((r) => ({ ...r, file: `${folder}/${r.height}.mp4` })) };
}
