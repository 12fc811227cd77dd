// Tells a platform what was played and completed, where one asks: by the operator's configuration (learners.lrs), by a launch that names an
// endpoint (?endpoint= &auth= &actor= &registration= &activity_id=, as Tin Can launches do), or by a message of the page around this one
// (docs/embedding.md). Statements wait in a queue until somebody has taken them; those of the end are kept ready from the beginning
// (last_words.ts). Loaded by second.ts when there is somebody, or something left in the queue.
import type { Page } from '../engine';
import { uuid } from '../uuid';
import { areKept, keepWords, kRenewMs, takeWords } from './last_words';
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
const kMostKept = 60_000; // bytes that may outlive a page together (Fetch, keepalive: 64 KiB)
const kLearner = 'chalkline.learner'; // a random name of this browser, for an endpoint that was given no actor
const kQueued = 'chalkline.queued'; // second.ts looks there

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

  const isAsked = () => Boolean(endpoint || parentAsks);

  function made(verb: Verb, of: Place, activity: string, when = Date.now()): Queued {
    const statement = statementOf({ ...session, activity }, of, { verb, uuid: uuid(), when, from });
    return { id: statement.id, endpoint, auth: endpoint ? auth : around, statement };
  }

  function add(entry: Queued): Promise<void> {
    remember(kQueued, true);
    const added = queue.add(entry);
    clearTimeout(soon);
    soon = window.setTimeout(() => void send(), kSoonMs);
    return added;
  }

  const placeNow = (of: Place): Place => ({ ...of, at: (page.held ?? video).currentTime });

  function happened(verb: Verb): void {
    if (!place || !lesson || !isAsked()) return;
    if (verb === 'completed') place.told = true;
    void add(made(verb, placeNow(place), here(lesson.id)));
  }

  // What is to be said if nothing more happens.
  function ending(): Queued[] {
    if (!place || !lesson || !isAsked()) return [];
    const verbs: Verb[] = video.paused ? ['terminated'] : ['paused', 'terminated'];
    return verbs.map((verb) => made(verb, placeNow(place), here(lesson.id)));
  }

  // What pages said that are gone.
  async function takeUp(): Promise<void> {
    for (const one of takeWords()) await add(one);
  }

  let keeps = false; // an ending is kept
  let gone = false; // it was told: a page that goes hears of being hidden after that

  function keepEnding(): void {
    const said = gone ? [] : ending();
    if (!said.length) return;
    if (keeps && !areKept(session.id)) return beginAnew(); // this page slept for so long that another has told its end
    keepWords(session.id, said);
    remember(kQueued, true);
    keeps = areKept(session.id);
  }

  // The page goes. It may be the last that runs of it: what is said is kept first, then sent by itself.
  function end(): void {
    const said = ending();
    gone = true;
    if (said.length) {
      keepWords(session.id, said, true);
      remember(kQueued, true);
      if (endpoint) post(endpoint, said, true).catch(() => undefined); // the next page does it
      else toParent(said);
    }
    void send(true);
  }

  const toParent = (said: Queued[]) => { for (const { statement } of said) parent.postMessage({ chalkline: 'statement', statement }, around || '*'); };

  // What was completed before anybody asked: the operator's endpoint hears of every lesson, a platform of this one alone.
  async function tellEarlier(): Promise<void> {
    const told: string[] = [];
    for (const [id, one] of Object.entries(placesNow())) {
      if (!one.done || one.told || !isAsked() || (id !== lesson?.id && !configured)) continue;
      told.push(id);
      if (id === lesson?.id && place) place.told = true;
      await add(made('completed', one, id === lesson?.id ? here(id) : new URL(`/watch/${encodeURIComponent(id)}`, location.href).href, one.when));
    }
    const places = placesNow(); // as they are by now: another tab may have moved on
    for (const id of told) if (places[id]) places[id].told = true;
    keepPlaces(places);
  }

  // What an endpoint has taken, or never will. `last`: it may have to outlive the page.
  async function post(to: string, batch: Queued[], last = false): Promise<string[]> {
    const body = JSON.stringify(batch.map(({ statement }) => statement));
    const answer = await fetch(`${to}/statements`, {
      method: 'POST',
      keepalive: last && body.length < kMostKept,
      headers: { 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3', ...(batch[0]?.auth ? { Authorization: batch[0].auth } : {}) },
      body,
    });
    if (answer.ok || (answer.status === 409 && batch.length === 1)) return batch.map(({ id }) => id);
    if (answer.status !== 400 && answer.status !== 409 && answer.status !== 413) return []; // later
    if (batch.length === 1) return batch.map(({ id }) => id);
    const taken: string[] = [];
    for (const one of batch) taken.push(...(await post(to, [one], last)));
    return taken;
  }

  async function send(last = false): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      const all = await queue.all();
      if (parentAsks) toParent(all.filter(({ endpoint: to, auth: whose }) => !to && whose === around));
      const groups = new Map<string, Queued[]>();
      for (const one of all) if (one.endpoint) groups.set(`${one.endpoint} ${one.auth}`, [...(groups.get(`${one.endpoint} ${one.auth}`) ?? []), one]);
      for (const group of groups.values())
        for (let i = 0; i < group.length; i += kAtOnce) await queue.remove(await post(group[i]?.endpoint ?? '', group.slice(i, i + kAtOnce), last));
      if (!keeps && !(await queue.all()).length) remember(kQueued, false);
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
      keepEnding();
    });
  }

  // A visit that has told its end goes on as another.
  function beginAnew(): void {
    session.id = uuid();
    keeps = gone = false;
    begin();
  }

  let before = 0; // where play was before a seek
  video.addEventListener('timeupdate', () => { if (!video.seeking) before = video.currentTime; });
  video.addEventListener('seeking', () => { from = before; });
  video.addEventListener('seeked', () => happened('seeked'));
  video.addEventListener('play', () => happened('played'));
  video.addEventListener('pause', () => happened('paused'));
  // A phone that goes to another application may never come back to this page, and tells it nothing more.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return;
    keepEnding();
    void send(true);
  });
  addEventListener('pagehide', end);
  addEventListener('pageshow', ({ persisted }) => { if (persisted && gone) takeUp().then(beginAnew, () => undefined); });
  addEventListener('online', () => void send());
  addEventListener('message', ({ source, data }: MessageEvent<{ chalkline?: unknown; value?: unknown } | null>) => {
    if (source === parent && data?.chalkline === 'took' && Array.isArray(data.value)) void queue.remove(data.value.map(String));
  });
  setInterval(() => void takeUp().then(() => send()), kRetryMs);
  setInterval(keepEnding, kRenewMs);
  void takeUp().then(() => {
    if (endpoint) begin();
    else void send();
  });
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
