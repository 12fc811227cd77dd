// What is saved on this device, in the Cache API, which the page and the service worker share: one cache a version with its
// files and its page, and one record a lesson that says what belongs to it. Used by save.ts, worker.ts and the panel.

export interface SavedFile {
  path: string; // URL path
  bytes: number;
  sha256: string; // hex
}

export interface Saved {
  lesson: string; // id
  title: string;
  version: string;
  rung: string; // rendition id; "" for sound alone
  name: string; // "720p", for people
  files: SavedFile[];
  bytes: number;
  complete: boolean;
  until: number; // Unix ms
  begun?: string; // a name of this copy: what was removed and saved again is another one; absent: from before there were names
}

export const kShared = 'chalkline-saved'; // records, and scripts of the page
export const kHash = 'X-Chalkline-Sha256'; // field of a stored file
export const cacheOf = (version: string): string => `chalkline-lesson-${version}`;
export const versionOf = (path: string): string => /^\/v\/([^/]+)\//.exec(path)?.[1] ?? '';
const recordUrl = (lesson: string) => `/saved/${encodeURIComponent(lesson)}`;

export async function writeRecord(saved: Saved): Promise<void> {
  const shared = await caches.open(kShared);
  await shared.put(recordUrl(saved.lesson), new Response(JSON.stringify(saved), { headers: { 'Content-Type': 'application/json' } }));
}

export async function findRecord(lesson: string): Promise<Saved | null> {
  const found = await (await caches.open(kShared)).match(recordUrl(lesson));
  return found ? ((await found.json()) as Saved) : null;
}

// What several windows do to one record, one after the other: what was read still holds when it is written. Where the browser has no
// locks, as it comes.
export const alone = <T>(work: () => Promise<T>): Promise<T> =>
  (navigator.locks as LockManager | undefined)?.request(kShared, work) as Promise<T> | undefined ?? work();

export async function removeSaved(saved: Saved): Promise<void> {
  await caches.delete(cacheOf(saved.version));
  await (await caches.open(kShared)).delete(recordUrl(saved.lesson));
}

// Those that are still kept, by title; what has expired is removed.
export async function listSaved(now = Date.now()): Promise<Saved[]> {
  const shared = await caches.open(kShared);
  const list: Saved[] = [];
  for (const request of await shared.keys()) {
    if (!new URL(request.url).pathname.startsWith('/saved/')) continue;
    const saved = (await (await shared.match(request))?.json()) as Saved | undefined;
    if (!saved) continue; // removed while this was read
    if (saved.until > now) list.push(saved);
    else await alone(async () => { // it may be saved anew just now
      const still = await findRecord(saved.lesson);
      if (still && still.until <= now) await removeSaved(still);
    });
  }
  return list.sort((a, b) => a.title.localeCompare(b.title));
}

export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const asResponse = (bytes: ArrayBuffer, type: string, hash: string): Response =>
  new Response(bytes, { headers: { 'Content-Type': type, 'Content-Length': String(bytes.byteLength), [kHash]: hash } });
