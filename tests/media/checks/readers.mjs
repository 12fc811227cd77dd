// Three readers from npm that we did not write: m3u8-parser (video.js), hls-parser, and mp4box. They must accept what we
// write and agree with our own reader on what it says.
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { Parser } = require('m3u8-parser');
const hls = require('hls-parser');
const mp4box = require('mp4box');

export async function checkReaders(version, problems) {
  const { dir, multivariants } = version;
  const texts = new Map();
  for (const path of [...multivariants.map(({ path }) => path), ...version.renditions.map(({ path }) => path), ...version.iframes.map(({ path }) => path)]) {
    texts.set(path, await readFile(join(dir, path), 'utf8'));
  }
  for (const [path, text] of texts) {
    withM3u8Parser(path, text, version, problems);
    withHlsParser(path, text, version, problems);
  }
  for (const rendition of version.renditions) if (rendition.init) withMp4box(rendition, problems);
}

function withM3u8Parser(path, text, version, problems) {
  const add = (what) => problems.add('readers', `${path}: m3u8-parser: ${what}`);
  const parser = new Parser();
  parser.on('warn', ({ message }) => add(message));
  parser.on('error', ({ message }) => add(message));
  parser.push(text);
  parser.end();
  const { manifest } = parser;
  const multivariant = version.multivariants.find((each) => each.path === path);
  if (multivariant) {
    if (manifest.playlists?.length !== multivariant.variants.length) add(`${manifest.playlists?.length} variants`);
    return;
  }
  const ours = [...version.renditions, ...version.iframes].find((each) => each.path === path).playlist;
  if (manifest.segments.length !== ours.segments.length) add(`${manifest.segments.length} segments, ${ours.segments.length} are there`);
  if (manifest.targetDuration !== ours.targetDuration) add(`target duration ${manifest.targetDuration}`);
  if (!manifest.endList) add('no end');
}

function withHlsParser(path, text, version, problems) {
  const add = (what) => problems.add('readers', `${path}: hls-parser: ${what}`);
  let parsed;
  try {
    hls.setOptions({ strictMode: true, silent: true });
    parsed = hls.parse(text);
  } catch (error) {
    add(error.message);
    return;
  }
  const multivariant = version.multivariants.find((each) => each.path === path);
  if (multivariant) {
    const variants = parsed.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
    if (variants.length !== multivariant.variants.length) add(`${variants.length} variants`);
    return;
  }
  const ours = [...version.renditions, ...version.iframes].find((each) => each.path === path).playlist;
  if (parsed.segments.length !== ours.segments.length) add(`${parsed.segments.length} segments, ${ours.segments.length} are there`);
}

/** The init segment and every media segment, as a browser's Media Source would append them. */
function withMp4box(rendition, problems) {
  const add = (what) => problems.add('readers', `${rendition.folder}: mp4box: ${what}`);
  mp4box.Log?.setLogLevel?.(mp4box.Log.error);
  const file = mp4box.createFile();
  let info;
  let failed = false;
  file.onReady = (ready) => { info = ready; };
  file.onError = (_module, message) => {
    failed = true;
    add(message ?? _module);
  };
  let at = 0;
  for (const bytes of [rendition.initBytes, ...rendition.segments.map((segment) => segment.bytes)]) {
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    buffer.fileStart = at;
    at += bytes.length;
    file.appendBuffer(buffer);
  }
  file.flush();
  if (failed) return;
  if (!info) return void add('never ready');
  if (!info.isFragmented) add('does not see a fragmented file');
  const [track] = info.tracks;
  const codec = track.codec.toLowerCase();
  if (codec !== rendition.about.codecs.toLowerCase()) add(`codec ${track.codec}, the bits say ${rendition.about.codecs}`);
  const expected = rendition.segments.reduce((sum, { box }) => sum + box.samples.length, 0);
  const seen = file.getTrackSamplesInfo(track.id).length;
  if (seen !== expected) add(`${seen} samples, ${expected} are there`);
  if (rendition.kind === 'video' && (track.video?.width !== rendition.about.width || track.video?.height !== rendition.about.height)) add(`size ${track.video?.width}x${track.video?.height}`);
}
