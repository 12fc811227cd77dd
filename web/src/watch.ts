// The watch page: reads the lesson from the page, shows what it costs, plays it with our own player where the browser has
// Media Source Extensions, else natively, else with hls.js (?engine=own, native or hlsjs leaves out those before it).
// Nothing of the lesson is fetched before Play is pressed; what is not needed for the first frame is a second script (second.ts).
import { addCaptions, showCaptions } from './captions';
import { costLine, fillAudio, fillCaptions, fillPicture } from './choices';
import { kAuto } from './engine';
import type { Engine, EngineName, Page, Wish } from './engine';
import { makeHook } from './hook';
import { figure, parseLesson } from './lesson';
import type { AudioCodec } from './lesson';
import { ownEngine, ownIsPossible } from './own/player';
import { codecFor, inCodec, kUsual } from './saver';
import { stored } from './stored';
import { strings } from './strings';
import { isMetered, thriftyCap } from './thrift';
import { watchUsage } from './usage';

// Set by the build: addresses of scripts of their own.
declare const HLSJS_URL: string; // hlsjs.ts with hls.js in it
declare const NATIVE_URL: string; // native.ts
declare const SECOND_URL: string; // second.ts
declare const MESSAGES_AT: string; // the folder of messages/*.ts

const kSecondAfter = 2000; // ms from the first frame to what is loaded after it

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const video = element<HTMLVideoElement>('video');
const play = element<HTMLButtonElement>('play');
const status = element('status');
const spent = element('spent');
const audio = element<HTMLSelectElement>('audio');
const captions = element<HTMLSelectElement>('captions');
const picture = element<HTMLSelectElement>('picture');

const told = parseLesson(element('lesson').textContent);
const wish: Wish = { audio: '', rung: kAuto, cap: 0, most: Infinity, last: Infinity };
const usage = watchUsage(() => showSpent());
const hook = makeHook(video, usage);
const page: Page = {
  video, wish, hook, usage, strings, failed, change,
  lesson: told && inCodec(told, kUsual),
  multivariant: video.dataset.multivariant ?? '',
  engine: null,
  held: null,
  show: showChoices,
  capped(cap, because) {
    wish.cap = cap;
    status.textContent = because;
    change();
  },
};
const asked = new URLSearchParams(location.search).get('engine')?.replace('hlsjs', 'hls.js') ?? '';
const possible: EngineName[] = [];
if (ownIsPossible(page.lesson)) possible.push('own');
if (video.canPlayType('application/vnd.apple.mpegurl')) possible.push('native');
if ('MediaSource' in window) possible.push('hls.js');
let engines = possible.slice(Math.max(0, possible.indexOf(asked as EngineName)));
let codec: AudioCodec = video.canPlayType('audio/mp4; codecs="opus"') ? 'opus' : 'aac';

// The saver ladder is for our own player alone: the browser's would change codecs in the middle (docs/players.md).
let pictures = kUsual;
const saverIsKnown = told && engines[0] === 'own' ? codecFor(told).then(showIn) : Promise.resolve();
const native = () => import(NATIVE_URL) as Promise<typeof import('./native')>;
if (engines[0] === 'native') void native(); // on an iPhone: there when Play is pressed

function showIn(wanted: string): void {
  if (!told || wanted === pictures) return;
  pictures = wanted;
  page.lesson = inCodec(told, wanted);
  if (wish.rung.startsWith('video/')) wish.rung = kAuto; // it was one of the other ladder
  showChoices();
}

function showSpent(): void {
  const height = video.videoHeight;
  spent.textContent = page.engine
    ? [height ? strings.picture(height) : '', strings.used(figure(usage.bytes / 1e6))].filter(Boolean).join(' · ')
    : '';
}

function showChoices(): void {
  const { lesson } = page;
  if (!lesson) return;
  fillAudio(audio, lesson, codec);
  fillCaptions(captions, lesson, hook.captions);
  if (wish.audio) audio.value = wish.audio;
  fillPicture(picture, lesson, codec, wish.audio, wish.rung);
  element('cost').textContent = costLine(lesson, codec, wish.audio);
}

// An engine gave up: the next one goes on where it stopped. When none is left the learner is told, and Play tries them again.
async function failed(message: string): Promise<void> {
  hook.errors.push(message);
  const at = video.currentTime;
  page.engine?.destroy();
  page.engine = hook.engine = null;
  if (pictures !== kUsual) showIn(kUsual); // the decoder may have promised too much: the same player again, in H.264
  else engines.shift();
  if (engines.length) return begin(at);
  engines = [...possible];
  status.textContent = strings.failed;
  document.body.classList.remove('playing');
  play.focus();
}

async function makeEngine(): Promise<Engine> {
  if (engines[0] === 'own') return ownEngine(page);
  if (engines[0] === 'native') return (await native()).nativeEngine(page);
  const asset = (await import(HLSJS_URL)) as typeof import('./hlsjs');
  return asset.hlsjsEngine(page);
}

async function begin(at: number): Promise<void> {
  if (engines[0] === 'own') await saverIsKnown;
  status.textContent = strings.starting;
  document.body.classList.add('playing');
  video.controls = true;
  try {
    const engine = (page.engine = await makeEngine());
    hook.engine = engine.name;
    if (engine.codec !== codec) {
      codec = engine.codec;
      showChoices();
    }
    tell();
    await engine.start({ ...wish }, at);
  } catch (reason) {
    // AbortError: a newer source came; NotAllowedError: the browser wants one more press, its own button is there.
    const name = reason instanceof DOMException ? reason.name : '';
    if (name === 'NotAllowedError') status.textContent = '';
    else if (name !== 'AbortError' && name !== 'NotSupportedError') await failed(String(reason));
  }
}

function tell(): void {
  hook.audio = wish.audio;
  hook.rung = wish.rung;
}

function change(): void {
  tell();
  page.engine?.change({ ...wish });
}

// The second script takes the page's words as they are then.
const [language] = /^(ar|es|fr|sw)\b/.exec(navigator.language) ?? [];
const spoken = language && import(`${MESSAGES_AT}${language}.js`).then((messages: typeof import('./messages/fr')) => messages.speak(page), () => undefined);
let second: Promise<typeof import('./after/second')> | null = null;
const loadSecond = (open = false) => {
  second ??= import(SECOND_URL) as Promise<typeof import('./after/second')>;
  second.then(async (script) => {
    await spoken;
    script.join(page, open);
  }, () => { second = null; }); // no network: tried again
};

play.addEventListener('click', () => {
  video.focus();
  if (!page.engine && wish.rung === kAuto && !wish.cap) wish.cap = thriftyCap(page.lesson);
  begin(video.currentTime);
});
element('more').addEventListener('click', () => loadSecond(true));
if (document.body.className) loadSecond(); // a frame in another page, which may want to press Play (after/embed.ts)
// With a data limit (after/limit.ts) play begins at the cheapest row, until the limit is reckoned with.
if (stored('chalkline.limit')) {
  wish.most = 0;
  loadSecond();
}
audio.addEventListener('change', () => {
  wish.audio = audio.value;
  showChoices();
  change();
});
picture.addEventListener('change', () => {
  wish.rung = picture.value;
  wish.cap = 0; // the learner decided
  change();
});
captions.addEventListener('change', () => {
  showCaptions(video, captions.value);
  hook.captions = captions.value;
});
video.addEventListener('playing', () => { status.textContent = ''; });
video.addEventListener('waiting', () => { if (video.playbackRate && !video.paused) status.textContent = strings.waiting; });
video.addEventListener('resize', showSpent);
video.addEventListener('playing', () => setTimeout(loadSecond, kSecondAfter), { once: true });

if (page.lesson) {
  addCaptions(video, page.lesson);
  showChoices();
}
// The poster is for those who look around first; it would keep the first frame waiting.
setTimeout(() => {
  if (!page.engine && !isMetered()) video.poster = video.dataset.poster ?? '';
}, 1500);
document.body.classList.add('ready');
