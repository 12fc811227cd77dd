// Tells a platform what was played and completed, where one asks: by the operator's configuration (learners.lrs), by a launch that names an
// endpoint (?endpoint= &auth= &actor= &registration= &activity_id=, as Tin Can launches do), or by a message of the page around this one
// (docs/embedding.md). Statements wait in a queue until somebody has taken them. Loaded by second.ts when there is somebody, or something
// left in the queue.
import type { Page } from '../engine';
import { Queue } from './queue';
import type { Queued } from './queue';
import { statementOf } from './statement';
import type { Session, Verb } from './statement';
import { recall, remember } from './storage';
import { keepPlaces, placesNow } from './watched';
import type { Place } from './watched';

const kRetryMs = 30_000;
const kSoonMs = 1000; // what happens together is sent together
const kAtOnce = 50;
const kLearner = 'chalkline.learner'; // a random name of this browser, for an endpoint that was given no actor
const kQueued = 'chalkline.queued'; // second.ts looks there

// Where randomUUID is missing (no https), by hand.
const uuid = (): string => crypto.randomUUID?.() ?? '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) =>
  (Number(c) ^ ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & (15 >> (Number(c) / 4)))).toString(16));

function learner(): unknown {
  const name = recall<string>(kLearner) ?? uuid();
  remember(kLearner, name);
  return { objectType: 'Agent', account: { homePage: location.origin, name } };
}

const parsed = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return null;
  }
};

export interface Teller {
  happened(verb: Verb): void;
  toParent(): void; // the page around this one asks for them
}

export function tellStatements(page: Page, place: Place | null): Teller {
  const { video, lesson } = page;
  const queue = new Queue();
  const launch = new URLSearchParams(location.search);
  const endpoint = (launch.get('endpoint') ?? lesson?.lrs ?? '').replace(/\/+$/, '');
  const auth = launch.get('auth') ?? '';
  const configured = !launch.get('endpoint') && Boolean(lesson?.lrs);
  const around = document.referrer ? new URL(document.referrer).origin : ''; // of the page that this one stands in
  const here = (id: string) => launch.get('activity_id') ?? new URL(`/watch/${encodeURIComponent(id)}`, location.href).href;
  const session: Omit<Session, 'activity'> = { id: uuid(), actor: parsed(launch.get('actor')) ?? learner(), registration: launch.get('registration') ?? undefined };
  let parentAsks = false;
  let from = 0; // of a seek
  let sending = false;
  let soon = 0;

  function say(verb: Verb, of: Place, activity: string, when = Date.now()): Promise<void> | undefined {
    if (!endpoint && !parentAsks) return undefined;
    remember(kQueued, true);
    const statement = statementOf({ ...session, activity }, of, { verb, uuid: uuid(), when, from });
    const added = queue.add({ id: statement.id, endpoint, auth: endpoint ? auth : around, statement });
    clearTimeout(soon);
    soon = window.setTimeout(() => void send(), kSoonMs);
    return added;
  }

  function happened(verb: Verb): void {
    if (!place || !lesson) return;
    if (verb === 'completed') place.told = Boolean(endpoint || parentAsks);
    void say(verb, { ...place, at: (page.held ?? video).currentTime }, here(lesson.id));
  }

  // What was completed before anybody asked: the operator's endpoint hears of every lesson, a platform of this one alone.
  async function tellEarlier(): Promise<void> {
    const told: string[] = [];
    for (const [id, one] of Object.entries(placesNow())) {
      if (!one.done || one.told || (!endpoint && !parentAsks) || (id !== lesson?.id && !configured)) continue;
      told.push(id);
      if (id === lesson?.id && place) place.told = true;
      await say('completed', one, id === lesson?.id ? here(id) : new URL(`/watch/${encodeURIComponent(id)}`, location.href).href, one.when);
    }
    const places = placesNow(); // as they are by now: another tab may have moved on
    for (const id of told) if (places[id]) places[id].told = true;
    keepPlaces(places);
  }

  // What an endpoint has taken, or never will.
  async function post(to: string, batch: Queued[]): Promise<string[]> {
    const answer = await fetch(`${to}/statements`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3', ...(batch[0]?.auth ? { Authorization: batch[0].auth } : {}) },
      body: JSON.stringify(batch.map(({ statement }) => statement)),
    });
    if (answer.ok || (answer.status === 409 && batch.length === 1)) return batch.map(({ id }) => id);
    if (answer.status !== 400 && answer.status !== 409 && answer.status !== 413) return []; // later
    if (batch.length === 1) return batch.map(({ id }) => id);
    const taken: string[] = [];
    for (const one of batch) taken.push(...(await post(to, [one])));
    return taken;
  }

  async function send(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      const all = await queue.all();
      if (parentAsks) for (const { endpoint: to, auth: whose, statement } of all) if (!to && whose === around) parent.postMessage({ chalkline: 'statement', statement }, around || '*');
      const groups = new Map<string, Queued[]>();
      for (const one of all) if (one.endpoint) groups.set(`${one.endpoint} ${one.auth}`, [...(groups.get(`${one.endpoint} ${one.auth}`) ?? []), one]);
      for (const group of groups.values())
        for (let i = 0; i < group.length; i += kAtOnce) await queue.remove(await post(group[i]?.endpoint ?? '', group.slice(i, i + kAtOnce)));
      if (!(await queue.all()).length) remember(kQueued, false);
    } catch {
      // no network: the queue stays
    } finally {
      sending = false;
    }
  }

  function begin(): void {
    void tellEarlier().then(() => {
      happened('initialized');
      if (!video.paused) happened('played');
    });
  }

  let before = 0; // where play was before a seek
  video.addEventListener('timeupdate', () => { if (!video.seeking) before = video.currentTime; });
  video.addEventListener('seeking', () => { from = before; });
  video.addEventListener('seeked', () => happened('seeked'));
  video.addEventListener('play', () => happened('played'));
  video.addEventListener('pause', () => happened('paused'));
  addEventListener('pagehide', () => {
    if (!video.paused) happened('paused');
    happened('terminated');
    void send();
  });
  addEventListener('online', () => void send());
  addEventListener('message', ({ source, data }: MessageEvent<{ chalkline?: unknown; value?: unknown } | null>) => {
    if (source === parent && data?.chalkline === 'took' && Array.isArray(data.value)) void queue.remove(data.value.map(String));
  });
  setInterval(() => void send(), kRetryMs);
  if (endpoint) begin();
  else void send();
  return {
    happened,
    toParent() {
      if (parentAsks) return void send();
      parentAsks = true;
      if (!endpoint) begin();
      void send();
    },
  };
}
