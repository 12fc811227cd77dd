// The service worker: with it a saved lesson plays with the network off. It answers for saved lessons alone - their pages, their
// files (with ranges, each checked against its SHA-256 when it is read), the page's scripts - and leaves everything else to
// the browser. Registered when the first lesson is saved (after/saved.ts), so that who saves none never waits for its start; its scope is the
// whole site.
import { fetchWhole } from './fetch_whole';
import { listPage } from './list_page';
import { part } from './range';
import { asResponse, cacheOf, kHash, kShared, listSaved, sha256, versionOf } from './records';
import type { Saved } from './records';

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
const worker = self as unknown as EventTarget & { skipWaiting(): Promise<void> };

let saved: Saved[] | null = null; // null: not read yet
let reading: Promise<Saved[]> | null = null;

const known = (): Promise<Saved[]> => {
  reading ??= listSaved().then((list) => (saved = list));
  return reading;
};

function forget(): void {
  saved = reading = null;
}

async function page(request: Request, path: string): Promise<Response> {
  const list = await known();
  const lesson = decodeURIComponent(/^\/watch\/([^/]+)$/.exec(path)?.[1] ?? '');
  const one = list.find((each) => each.lesson === lesson && each.complete && each.until > Date.now());
  const stored = one && (await (await caches.open(cacheOf(one.version))).match(path));
  if (stored) return stored;
  try {
    return await fetch(request);
  } catch {
    return new Response(listPage(list, navigator.language), { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  }
}

async function file(request: Request, path: string): Promise<Response> {
  const list = await known();
  const version = versionOf(path);
  const entry = list.find((one) => one.version === version)?.files.find((one) => one.path === path);
  if (!entry) return fetch(request);
  const cache = await caches.open(cacheOf(version));
  const stored = await cache.match(path);
  if (!stored) return fetch(request); // it is being saved
  const type = stored.headers.get('Content-Type') ?? '';
  const bytes = await stored.arrayBuffer();
  if (stored.headers.get(kHash) === entry.sha256 && (await sha256(bytes)) === entry.sha256) return part(bytes, type, request.headers.get('Range'));
  // The disk has damaged it: away with it, and once more from the network.
  await cache.delete(path);
  try {
    const again = await fetchWhole({ url: path, bytes: entry.bytes, sha256: entry.sha256 }, request.signal, { patient: false });
    await cache.put(path, asResponse(again, type, entry.sha256));
    return part(again, type, request.headers.get('Range'));
  } catch {
    return new Response(null, { status: 504 });
  }
}

const asset = async (request: Request, path: string): Promise<Response> => (await (await caches.open(kShared)).match(path)) ?? fetch(request);

worker.addEventListener('install', (event) => (event as WorkerEvent).waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => (event as WorkerEvent).waitUntil(known()));
worker.addEventListener('message', forget); // something was saved or removed
worker.addEventListener('fetch', (event) => {
  const { request } = event as FetchEvent;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  const answer = (response: Promise<Response>) => (event as FetchEvent).respondWith(response);
  if (request.mode === 'navigate') {
    if (/^\/($|watch\/|browse($|\/)|search$)/.test(pathname)) answer(page(request, pathname));
  } else if (pathname.startsWith('/v/')) {
    if (saved === null || saved.some(({ version }) => version === versionOf(pathname))) answer(file(request, pathname));
  } else if (pathname.startsWith('/assets/') && saved?.length !== 0) {
    answer(asset(request, pathname));
  }
});
