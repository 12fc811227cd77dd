// A published version loaded for checking: playlists through our own strict reader, boxes through boxes.mjs, so that no
// check trusts what Chalkline says of itself. Also the list that problems are collected in.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { describeEntry } from './bitstream.mjs';
import { readInit, readSegment } from './boxes.mjs';
import { readMediaPlaylist, readMultivariant, unquote } from './playlist.mjs';

/** Faults found, each under the name of the check that found it. */
export class Problems {
  list = [];
  add(check, text) {
    this.list.push({ check, text });
  }
  /** Adds `text` unless `holds`; returns `holds`. */
  need(holds, check, text) {
    if (!holds) this.add(check, text);
    return holds;
  }
}

/**
 * {dir, index, multivariants: [{path, variants, media, iframes, ...}], renditions, iframes}; a rendition is
 * {path, folder, kind, language, groups, playlist, init, about, segments: [{uri, extinf, bytes, box}], timescale}. There is one
 * multivariant playlist for each audio codec (docs/version-format.md); what several name is loaded once.
 * Unreadable parts are problems of the check "load"; returns undefined when nothing further can be checked.
 */
export async function loadVersion(dir, problems) {
  const guard = async (what, work) => {
    try {
      return await work();
    } catch (error) {
      problems.add('load', `${what}: ${error.message}`);
      return undefined;
    }
  };
  const index = await guard('index.json', async () => JSON.parse(await readFile(join(dir, 'index.json'), 'utf8')));
  const names = (await readdir(dir)).filter((name) => /^multivariant.*\.m3u8$/.test(name)).sort().reverse();
  if (!names.includes('multivariant.m3u8')) problems.add('load', 'there is no multivariant.m3u8');
  const multivariants = [];
  for (const path of names) {
    const loaded = await guard(path, async () => ({ path, ...readMultivariant(await readFile(join(dir, path), 'utf8')) }));
    if (loaded) multivariants.push(loaded);
  }
  if (!index || multivariants.length === 0) return undefined;

  const wanted = new Map();
  const want = (path, more = {}, group = undefined) => {
    const groups = wanted.get(path)?.groups ?? new Set();
    if (group !== undefined) groups.add(group);
    wanted.set(path, { ...wanted.get(path), path, groups, ...more });
  };
  for (const { variants, media } of multivariants) {
    for (const { uri } of variants) want(uri);
    for (const each of media) {
      const uri = unquote(each.get('URI'));
      if (uri) want(uri, { type: each.get('TYPE'), language: unquote(each.get('LANGUAGE')) ?? 'und' }, unquote(each.get('GROUP-ID')));
    }
  }
  const renditions = [];
  for (const each of wanted.values()) {
    const rendition = await guard(each.path, () => loadRendition(dir, each));
    if (rendition) renditions.push(rendition);
  }
  const iframes = [];
  for (const attributes of multivariants.flatMap((each) => each.iframes)) {
    const path = unquote(attributes.get('URI'));
    if (iframes.some((each) => each.path === path)) continue;
    const loaded = await guard(path, async () => ({ path, folder: posix.dirname(path), attributes, playlist: readMediaPlaylist(await readFile(join(dir, path), 'utf8')) }));
    if (loaded) iframes.push(loaded);
  }
  if (problems.list.length > 0) return undefined;
  return { dir, index, multivariants, renditions, iframes };
}

async function loadRendition(dir, { path, type, groups, language }) {
  const folder = dirname(path);
  const text = await readFile(join(dir, path), 'utf8');
  const playlist = readMediaPlaylist(text);
  if (playlist.segments.length === 0) throw new Error('no segments');
  const rendition = { path, folder, groups, language, playlist, kind: type === 'SUBTITLES' ? 'text' : undefined, segments: [] };
  if (playlist.map) {
    rendition.initBytes = await readFile(join(dir, folder, playlist.map));
    rendition.init = readInit(rendition.initBytes);
    rendition.about = describeEntry(rendition.init.entry);
    rendition.kind = rendition.about.kind;
    rendition.timescale = rendition.init.timescale;
  }
  for (const { uri, extinf } of playlist.segments) {
    const bytes = await readFile(join(dir, folder, uri));
    const segment = { uri, extinf, bytes };
    if (rendition.init) {
      try {
        segment.box = readSegment(bytes, rendition.init);
      } catch (error) {
        throw new Error(`segment ${uri}: ${error.message}`);
      }
    }
    rendition.segments.push(segment);
  }
  return rendition;
}

export const ofKind = (version, kind) => version.renditions.filter((rendition) => rendition.kind === kind);

/** Seconds from a rendition's first tfdt to the end of its last sample. */
export const secondsOf = (rendition) =>
  (rendition.segments.at(-1).box.end - rendition.segments[0].box.tfdt) / rendition.timescale;

/** Length of one coded audio frame in seconds: the longest sample, since an encoder may join several Opus frames in one. */
export const audioFrame = (rendition) => Math.max(...samplesOf(rendition).map(({ duration }) => duration)) / rendition.timescale;

export const samplesOf = (rendition) => rendition.segments.flatMap((segment) => segment.box.samples);
