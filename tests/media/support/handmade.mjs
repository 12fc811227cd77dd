// A version made without Chalkline: ffmpeg's own HLS muxer and this file's playlists. The checks must accept it, and must
// object to each fault that checks_can_fail.mjs works into it. Never part of the product.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describeEntry } from '../checks/bitstream.mjs';
import { readInit, readSegment } from '../checks/boxes.mjs';
import { ffmpeg } from './run.mjs';

const kHls = ['-f', 'hls', '-hls_time', '2', '-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod', '-hls_fmp4_init_filename', 'init.mp4', '-start_number', '1', '-hls_segment_filename'];

/**
 * Writes a version of `source` (clapper, picture and sound): rungs of the given heights and AAC audio. `every` is the seconds
 * between cuts of each rung; `look` and `sound` are further filters, for versions that are wrong on purpose.
 */
export async function makeByHand(source, dir, { heights = [120, 240], every = [2, 2], look = 'null', sound = 'anull', options = [] } = {}) {
  await rm(dir, { recursive: true, force: true });
  const renditions = [];
  for (const [i, height] of heights.entries()) {
    const folder = join(dir, 'video', String(i));
    await mkdir(folder, { recursive: true });
    await ffmpeg(['-i', source, '-map', '0:v:0', '-vf', `scale=-2:${height},${look}`, '-c:v', 'libx264', '-bf', '0', '-g', '9999', '-sc_threshold', '0', '-pix_fmt', 'yuv420p',
      ...options, '-force_key_frames', `expr:gte(t,n_forced*${every[i]})`, ...kHls, join(folder, '%d.m4s'), join(folder, 'made.m3u8')]);
    renditions.push(await describe(dir, folder));
  }
  const folder = join(dir, 'audio', 'en-aac');
  await mkdir(folder, { recursive: true });
  // The encoder's 1024 samples of priming are cut from the sound itself, since fragments carry no edit list.
  await ffmpeg(['-i', source, '-map', '0:a:0', '-ac', '1', '-af', `atrim=start_sample=1024,asetpts=PTS-STARTPTS,${sound}`, '-c:a', 'aac', '-b:a', '48k', ...kHls, join(folder, '%d.m4s'), join(folder, 'made.m3u8')]);
  renditions.push(await describe(dir, folder));
  await writeCaptions(dir, renditions[0].segments);
  await writePlaylists(dir, renditions);
  await writeFacts(dir, renditions);
  await sealByHand(dir);
  return dir;
}

export const kCaption = { start: 500, end: 2500, text: 'Habari ya asubuhi' };

/** One cue over the first cut, so that it is in two segments. */
async function writeCaptions(dir, segments) {
  await mkdir(join(dir, 'text', 'sw'), { recursive: true });
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.max(...segments.map(({ seconds }) => Math.round(seconds)))}`, '#EXT-X-PLAYLIST-TYPE:VOD'];
  let at = 0;
  for (const [i, { seconds }] of segments.entries()) {
    const cue = at * 1000 < kCaption.end ? `00:00:00.500 --> 00:00:02.500\n${kCaption.text}\n` : '';
    await writeFile(join(dir, 'text', 'sw', `${i + 1}.vtt`), `WEBVTT\n\n${cue}`);
    lines.push(`#EXTINF:${seconds.toFixed(5)},`, `${i + 1}.vtt`);
    at += seconds;
  }
  await writeFile(join(dir, 'text', 'sw', 'playlist.m3u8'), `${[...lines, '#EXT-X-ENDLIST'].join('\n')}\n`);
}

async function describe(dir, folder) {
  await rm(join(folder, 'made.m3u8'));
  const initBytes = await readFile(join(folder, 'init.mp4'));
  const init = readInit(initBytes);
  const segments = [];
  const count = (await readdir(folder)).filter((name) => name.endsWith('.m4s')).length;
  for (let n = 1; n <= count; ++n) {
    const bytes = await readFile(join(folder, `${n}.m4s`));
    const box = readSegment(bytes, init);
    segments.push({ uri: `${n}.m4s`, start: box.tfdt, ticks: box.end - box.tfdt, seconds: (box.end - box.tfdt) / init.timescale, bits: bytes.length * 8, idr: box.samples[0].offset + box.samples[0].size, count: box.samples.length });
  }
  return { folder: relative(dir, folder), init, about: describeEntry(init.entry), segments, initBytes: initBytes.length };
}

const peak = ({ segments }) => Math.ceil(Math.max(...segments.map(({ bits, seconds }) => bits / seconds)));
const average = ({ segments }) => Math.ceil(segments.reduce((sum, { bits }) => sum + bits, 0) / segments.reduce((sum, { seconds }) => sum + seconds, 0));

async function writePlaylists(dir, renditions) {
  const audio = renditions.at(-1);
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="${audio.folder}/playlist.m3u8"`,
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="Kiswahili",LANGUAGE="sw",AUTOSELECT=YES,URI="text/sw/playlist.m3u8"'];
  const target = Math.max(...renditions.flatMap(({ segments }) => segments.map(({ seconds }) => Math.round(seconds))));
  for (const each of renditions) {
    const head = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${target}`, '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-MAP:URI="init.mp4"'];
    const list = each.segments.flatMap(({ uri, seconds }) => [`#EXTINF:${seconds.toFixed(5)},`, uri]);
    await writeFile(join(dir, each.folder, 'playlist.m3u8'), `${[...head, ...list, '#EXT-X-ENDLIST'].join('\n')}\n`);
    const video = each.about.kind === 'video';
    const text = 8 * 62;  // the caption's bits over its shortest segment's seconds are below this
    const sum = (of) => text + (each === audio ? of(audio) : of(each) + of(audio));
    const codecs = video ? `${each.about.codecs},${audio.about.codecs}` : audio.about.codecs;
    const frames = each.segments.reduce((total, { count }) => total + count, 0) / each.segments.reduce((total, { seconds }) => total + seconds, 0);
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${sum(peak)},AVERAGE-BANDWIDTH=${sum(average)},CODECS="${codecs}"${video ? `,RESOLUTION=${each.about.width}x${each.about.height},FRAME-RATE=${frames.toFixed(3)}` : ''},AUDIO="aac",SUBTITLES="text"`, `${each.folder}/playlist.m3u8`);
    if (!video) continue;
    const iframes = each.segments.flatMap(({ uri, seconds, idr }) => [`#EXTINF:${seconds.toFixed(5)},`, `#EXT-X-BYTERANGE:${idr}@0`, uri]);
    await writeFile(join(dir, each.folder, 'iframes.m3u8'), `${[...head, '#EXT-X-I-FRAMES-ONLY', ...iframes, '#EXT-X-ENDLIST'].join('\n')}\n`);
    const rate = Math.ceil(Math.max(...each.segments.map(({ idr, seconds }) => (idr * 8) / seconds)));
    lines.push(`#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=${rate},CODECS="${each.about.codecs}",RESOLUTION=${each.about.width}x${each.about.height},URI="${each.folder}/iframes.m3u8"`);
  }
  await writeFile(join(dir, 'multivariant.m3u8'), `${lines.join('\n')}\n`);
}

const kTypes = { m3u8: 'application/vnd.apple.mpegurl', mp4: 'video/mp4', m4s: 'video/mp4', vtt: 'text/vtt', jpg: 'image/jpeg' };

/** The entry of index.json for one rendition that describe() made; `more` is what only the muxing side knows. */
function indexEntry({ folder, init, about, segments, initBytes }, more) {
  const video = about.kind === 'video';
  const own = { folder, segments: segments.map(({ bits, seconds }) => ({ bits, seconds })) };
  return {
    id: folder, kind: about.kind, codec: video ? 'h264' : 'aac', codecs: about.codecs, timescale: init.timescale,
    playlist: `${folder}/playlist.m3u8`, init_bytes: initBytes, bytes: segments.reduce((sum, { bits }) => sum + bits / 8, initBytes),
    average_bandwidth: average(own), peak_bandwidth: peak(own),
    segments: segments.map(({ start, ticks, bits, idr }) => [start, ticks, bits / 8, ...(video ? [idr] : [])]), ...more,
  };
}

/** Everything of the index but its list of files. */
async function writeFacts(dir, renditions) {
  const audio = renditions.at(-1);
  const entries = renditions.slice(0, -1).map((video) => {
    const frames = video.segments.reduce((total, { count }) => total + count, 0);
    const ticks = video.segments.reduce((total, each) => total + each.ticks, 0);
    return indexEntry(video, {
      width: video.about.width, height: video.about.height, frame_rate: [frames * video.init.timescale, ticks], max_frame_rate: [frames * video.init.timescale, ticks], iframe_playlist: `${video.folder}/iframes.m3u8`,
      iframe_average_bandwidth: 0, iframe_peak_bandwidth: 0,
    });
  });
  const named = { label: 'x', default: true, characteristics: [] };
  entries.push(indexEntry(audio, { ...named, language: 'en', channels: audio.about.channels, sample_rate: audio.about.sampleRate }));
  const texts = await Promise.all(renditions[0].segments.map(async ({ start, ticks, seconds }, i) => ({ start, ticks, seconds, bits: 8 * (await stat(join(dir, 'text/sw', `${i + 1}.vtt`))).size })));
  entries.push({ ...indexEntry({ folder: 'text/sw', init: { timescale: renditions[0].init.timescale }, about: { kind: 'text', codecs: '' }, segments: texts, initBytes: 0 }, { ...named, default: false, language: 'sw' }), codec: 'webvtt' });
  const longest = Math.max(...[...renditions].map(({ segments }) => segments.reduce((sum, { seconds }) => sum + seconds, 0)));
  await writeFile(join(dir, 'index.json'), JSON.stringify({
    schema: 1, generator: 'by hand', title: 'x', language: 'en', duration_ms: Math.round(longest * 1000), duration: { ticks: Math.round(longest * 48000), timescale: 48000 },
    source: { name: 'x', bytes: 0, sha256: '', container: 'x', video_codec: 'x', width: 0, height: 0 }, poster: '', warnings: [], chapters: [], renditions: entries,
  }));
}

/** Compresses the playlists and makes the index's list of files true to what is on disk now. */
export async function sealByHand(dir) {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !/\.(gz|br)$/.test(path) && path !== 'index.json');
  for (const path of paths.filter((each) => each.endsWith('.m3u8'))) {
    const text = await readFile(join(dir, path));
    await writeFile(join(dir, `${path}.gz`), gzipSync(text));
    await writeFile(join(dir, `${path}.br`), brotliCompressSync(text));
    paths.push(`${path}.gz`, `${path}.br`);
  }
  const files = [];
  for (const path of paths.sort()) {
    const bytes = await readFile(join(dir, path));
    files.push({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), media_type: kTypes[path.replace(/\.(gz|br)$/, '').split('.').pop()] });
  }
  const index = JSON.parse(await readFile(join(dir, 'index.json'), 'utf8'));
  await writeFile(join(dir, 'index.json'), JSON.stringify({ ...index, files }));
}
