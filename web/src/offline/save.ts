// Saves a lesson on this device at one rung: the index proves itself by the version's name, each file is proved by the index and
// put into the version's cache, and the watch page goes with them, told of that rung alone. Goes on where it was paused or
// broken off, also on another day. Called by the panel.
import { audioFor } from '../lesson';
import type { AudioCodec, Lesson } from '../lesson';
import { uuid } from '../uuid';
import { again, fetchAll, fetchWhole } from './fetch_whole';
import { overlapping } from './overlapping';
import { alone, asResponse, cacheOf, findRecord, kHash, kShared, removeSaved, sha256, versionOf, writeRecord } from './records';
import type { Saved, SavedFile } from './records';

const kKeptMs = 60 * 24 * 3600 * 1000; // how long a lesson is kept
const kOpening = '<script type="application/json" id="lesson">';

export interface Progress {
  done: number; // bytes
  all: number;
}

interface IndexFile {
  path: string;
  bytes: number;
  sha256: string;
  media_type: string;
}

// The files of an index that a lesson at one rung with one sound is made of. Pure.
export function filesOf(files: IndexFile[], rung: string, sound: string): IndexFile[] {
  const media = (path: string) => [rung, sound].some((id) => id && path.startsWith(`${id}/`)) && /\.(mp4|m4s)$/.test(path);
  const beside = (path: string) => /^text\/[^/]+\/captions\.vtt$/.test(path) || /^image\/.+\.(jpg|vtt)$/.test(path);
  return files.filter(({ path }) => media(path) || beside(path));
}

function factsAt(html: string): { from: number; to: number } {
  const from = html.indexOf(kOpening) + kOpening.length;
  return { from, to: html.indexOf('</script>', from) };
}

// What a watch page says of its lesson. Pure.
export function factsIn(html: string): Lesson {
  const { from, to } = factsAt(html);
  return JSON.parse(html.slice(from, to)) as Lesson;
}

// The page as it is saved: its facts name one rung and one sound. Pure.
export function savedPage(html: string, rung: string, sound: string): string {
  const { from, to } = factsAt(html);
  const lesson = factsIn(html);
  lesson.renditions = lesson.renditions.filter(({ id }) => id === rung || id === sound);
  const json = JSON.stringify(lesson).replace(/[<>&']/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  return `${html.slice(0, from).replace('<html ', '<html data-saved="yes" ')}${json}${html.slice(to)}`;
}

async function indexOf(version: string, signal: AbortSignal): Promise<IndexFile[]> {
  const bytes = await fetchAll(`/v/${version}/index.json`, signal);
  if ((await sha256(bytes)) !== version) throw new Error('index.json is not the one that the version is named by');
  return (JSON.parse(new TextDecoder().decode(bytes)) as { files: IndexFile[] }).files;
}

export interface What {
  lesson: Lesson;
  page?: string; // the text of its watch page, where it is there already
  codec: AudioCodec;
  language: string;
  rung: string; // rendition id; "" for sound alone
  name: string;
  scripts: string[]; // addresses that the page loads by itself
}

const matches = (record: Saved | null, { version, rung }: Pick<Saved, 'version' | 'rung'>): record is Saved => record?.version === version && record.rung === rung;

async function begin({ lesson, page, codec, language, rung, name }: What, signal: AbortSignal): Promise<Saved> {
  const version = versionOf(lesson.base);
  const before = await findRecord(lesson.id);
  if (matches(before, { version, rung })) return before;
  const sound = audioFor(lesson, codec, language)?.id ?? '';
  const index = filesOf(await indexOf(version, signal), rung, sound);
  const files: SavedFile[] = index.map(({ path, bytes, sha256: hash }) => ({ path: lesson.base + path, bytes, sha256: hash }));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const address = `/watch/${encodeURIComponent(lesson.id)}`;
  const html = page ?? new TextDecoder().decode(await fetchAll(address, signal));
  const saved: Saved = { lesson: lesson.id, title: lesson.title, version, rung, name, files, bytes, complete: false, until: Date.now() + kKeptMs, begun: uuid() };
  return alone(async () => {
    const known = await findRecord(lesson.id);
    if (matches(known, saved)) return known; // another window has begun the same meanwhile
    if (known) await removeSaved(known);
    const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    if (quota - usage < bytes * 1.1) throw new DOMException('no room', 'QuotaExceededError');
    const cache = await caches.open(cacheOf(version));
    await cache.put(address, new Response(savedPage(html, rung, sound), { headers: { 'Content-Type': 'text/html; charset=utf-8' } }));
    await writeRecord(saved);
    return saved;
  });
}

const typeOf = (path: string) =>
  path.endsWith('.vtt') ? 'text/vtt' : path.endsWith('.jpg') ? 'image/jpeg' : path.includes('/audio/') ? 'audio/mp4' : 'video/mp4';

// Rejects with an AbortError when `signal` pauses it, or when somebody removes the lesson meanwhile; called again it goes on.
export async function saveLesson(what: What, signal: AbortSignal, came: (progress: Progress) => void): Promise<Saved> {
  const saved = await begin(what, signal);
  void navigator.storage?.persist?.(); // a browser that is short of room then asks before it throws a lesson away
  const shared = await caches.open(kShared);
  for (const script of what.scripts) if (!(await shared.match(script))) await again(signal, () => shared.add(script));
  const cache = await caches.open(cacheOf(saved.version));
  await overlapping(saved.files, signal, async ({ path, bytes, sha256: hash }, until, part) => {
    const there = await cache.match(path);
    if (there?.headers.get(kHash) === hash) return;
    await cache.put(path, asResponse(await fetchWhole({ url: path, bytes, sha256: hash }, until, { came: part }), typeOf(path), hash));
  }, (done) => came({ done, all: saved.bytes }));
  const complete = { ...saved, complete: true, until: Date.now() + kKeptMs };
  await alone(async () => {
    // Another window may have removed it, or begun it anew: what came here is not in the cache that there is now.
    const still = await findRecord(saved.lesson);
    if (!matches(still, saved) || still.begun !== saved.begun) throw new DOMException('removed meanwhile', 'AbortError');
    await writeRecord(complete);
  });
  return complete;
}
