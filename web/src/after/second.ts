// The page's second script, loaded after the first frame is on screen, or when the learner opens "More": sound that goes on without
// its picture, the data limit, keys, the look of captions, the next lesson. What is opened by hand (panel.ts) is a third.
import { kSoundOnly } from '../engine';
import type { Page } from '../engine';
import { listenToParent } from './embed';
import { showHeld } from './held';
import { keepSound } from './hold';
import { listenToKeys } from './keys';
import { keepLimit } from './limit';
import type { LimitKeeper } from './limit';
import { lookNow, wear } from './look';
import { offerNext } from './next';
import type { Teller } from './statements';
import { recall } from './storage';
import { keepPlace } from './watched';
import { words as english } from './words';
import type { Words } from './words';

// Set by the build.
declare const PANEL_URL: string;
declare const REPORTS_URL: string;
declare const CMCD_URL: string;
declare const STATEMENTS_URL: string;
declare const WORKER_URL: string;
declare const MANIFEST_URL: string;

export interface Beside {
  page: Page;
  words: Words;
  limit: LimitKeeper;
  scripts: string[]; // addresses of what a visit without a network needs
  register: () => Promise<ServiceWorkerRegistration> | null; // null: not from this address, or not in this browser
}

let beside: Beside | null = null;

function make(page: Page): Beside {
  const words = page.words ?? english;
  const status = document.getElementById('status');
  const say = (text: string) => { if (status) status.textContent = text; };
  // When the first lesson is saved: who saves none never pays for its start, on this visit or the next.
  const register = () => navigator.serviceWorker?.register(WORKER_URL, { scope: '/' }) ?? null;
  Object.defineProperty(page.hook, 'position', { get: () => (page.held ?? page.video).currentTime, enumerable: true });
  wear(lookNow());
  followTracks(page);
  listenToKeys(page);
  keepSound(page, showHeld(page, words));
  const tell = tellOthers(page, words);
  if (document.body.classList.contains('embed')) listenToParent(page, () => void tell().then((teller) => teller.toParent(), () => undefined));
  else offerNext(page, words);
  const manifest = document.createElement('link');
  manifest.rel = 'manifest';
  manifest.href = MANIFEST_URL;
  document.head.append(manifest);
  const messages = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.startsWith('/assets/messages-'));
  const scripts = [new URL(import.meta.url).pathname, PANEL_URL, ...messages];
  return { page, words, scripts, limit: keepLimit(page, words, say), register };
}

// What an operator or a platform wants to hear of the visit, each by a script of its own that nobody else pays for. Returns the way to the
// statements, for a page around this one that asks.
function tellOthers(page: Page, words: Words): () => Promise<Teller> {
  const { lesson } = page;
  let teller: Promise<Teller> | null = null;
  const place = keepPlace(page, words, () => void teller?.then((one) => one.happened('completed'), () => undefined));
  const statements = () => (teller ??= (import(STATEMENTS_URL) as Promise<typeof import('./statements')>).then((script) => script.tellStatements(page, place)));
  if (lesson?.reports) void (import(REPORTS_URL) as Promise<typeof import('./reports')>).then((script) => script.reportVisit(page), () => undefined);
  if (lesson?.cmcd) void (import(CMCD_URL) as Promise<typeof import('./cmcd')>).then((script) => script.tellWithRequests(page), () => undefined);
  if (lesson?.lrs || /[?&]endpoint=/.test(location.search) || recall('chalkline.queued')) statements().catch(() => undefined);
  return statements;
}

// What the browser's own menu of captions chose.
function followTracks({ video, hook }: Page): void {
  const captions = document.getElementById('captions') as HTMLSelectElement;
  video.textTracks.addEventListener('change', () => {
    captions.value = hook.captions = [...video.textTracks].find(({ mode }) => mode === 'showing')?.language ?? '';
  });
}

// `open`: the learner asks for more.
export function join(page: Page, open: boolean): void {
  if (!beside) {
    beside = make(page);
    const picture = document.getElementById('picture') as HTMLSelectElement | null;
    picture?.addEventListener('change', () => { if (picture.value === kSoundOnly) void openPanel('transcript'); });
  }
  if (open) void openPanel();
}

async function openPanel(part = ''): Promise<void> {
  const panel = (await import(PANEL_URL)) as typeof import('./panel');
  if (beside) panel.open(beside, part);
}
