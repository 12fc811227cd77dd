// The watch page: reads the lesson from the page, shows what it costs, plays it with our own player where the browser has
// Media Source Extensions, else natively, else with hls.js (?engine=own, native or hlsjs leaves out those before it).
// Nothing of the lesson is fetched before Play is pressed.
import { addCaptions, showCaptions, shownCaptions } from './captions';
import { costLine, fillAudio, fillCaptions, fillPicture } from './choices';
import { kAuto } from './engine';
import type { Engine, EngineContext, EngineName, Wish } from './engine';
import { makeHook } from './hook';
import { figure, parseLesson } from './lesson';
import type { AudioCodec } from './lesson';
import { ownEngine, ownIsPossible } from './own/player';
import { nativeEngine, nativeIsThere } from './native';
import { firstCap, nextCap, savesData, watchForWaits } from './rescue';
import { inCodec, playsAv1 } from './saver';
import { strings } from './strings';
import { watchUsage } from './usage';

declare const HLSJS_URL: string; // set by the build: "/assets/hls-<hash>.js", which is hlsjs.ts with hls.js in it

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const video = element<HTMLVideoElement>('video');
const play = element<HTMLButtonElement>('play');
const status = element('status');
const spent = element('spent');
const audio = element<HTMLSelectElement>('audio');
const captions = element<HTMLSelectElement>('captions');
const picture = element<HTMLSelectElement>('picture');

const told = parseLesson(element('lesson').textContent);
let lesson = told && inCodec(told, 'h264'); // as it is played: in one video codec
const asked = new URLSearchParams(location.search).get('engine')?.replace('hlsjs', 'hls.js') ?? '';
const possible: EngineName[] = [];
if (ownIsPossible(lesson)) possible.push('own');
if (nativeIsThere(video)) possible.push('native');
if ('MediaSource' in window) possible.push('hls.js');
let engines = possible.slice(Math.max(0, possible.indexOf(asked as EngineName)));
let codec: AudioCodec = video.canPlayType('audio/mp4; codecs="opus"') ? 'opus' : 'aac';
let engine: Engine | null = null;
const wish: Wish = { audio: '', rung: kAuto, cap: 0 };

const usage = watchUsage(() => showSpent());
const hook = makeHook(video, usage);

// The saver ladder is for our own player alone: the browser's would change codecs in the middle (docs/players.md).
let saver = false;
const saverIsKnown = told && engines[0] === 'own' ? playsAv1(told).then(useSaver) : Promise.resolve();

function useSaver(yes: boolean): void {
  if (!told || yes === saver) return;
  saver = yes;
  lesson = inCodec(told, yes ? 'av1' : 'h264');
  if (wish.rung.startsWith('video/')) wish.rung = kAuto; // it was one of the other ladder
  showChoices();
}

function showSpent(): void {
  const height = video.videoHeight;
  spent.textContent = engine
    ? [height ? strings.picture(height) : '', strings.used(figure(usage.bytes / 1e6))].filter(Boolean).join(' · ')
    : '';
}

function tell(wanted: Wish): void {
  hook.audio = wanted.audio;
  hook.rung = wanted.rung;
}

function showChoices(): void {
  if (!lesson) return;
  fillAudio(audio, lesson, codec);
  if (wish.audio) audio.value = wish.audio;
  fillPicture(picture, lesson, codec, wish.audio, wish.rung);
  element('cost').textContent = costLine(lesson, codec, wish.audio);
}

// An engine gave up: the next one goes on where it stopped. When none is left the learner is told, and Play tries them again.
async function failed(message: string): Promise<void> {
  hook.errors.push(message);
  const at = video.currentTime;
  engine?.destroy();
  engine = null;
  hook.engine = null;
  if (saver) useSaver(false); // the decoder may have promised too much: the same player again, in H.264
  else engines.shift();
  if (engines.length) return begin(at);
  engines = [...possible];
  status.textContent = strings.failed;
  document.body.classList.remove('playing');
  play.focus();
}

async function makeEngine(context: EngineContext): Promise<Engine> {
  if (engines[0] === 'own') return ownEngine(context);
  if (engines[0] === 'native') return nativeEngine(context);
  const asset = (await import(HLSJS_URL)) as typeof import('./hlsjs');
  return asset.hlsjsEngine(context);
}

async function begin(at: number): Promise<void> {
  if (engines[0] === 'own') await saverIsKnown;
  const context: EngineContext = { video, lesson, multivariant: video.dataset.multivariant ?? '', failed };
  status.textContent = strings.starting;
  document.body.classList.add('playing');
  video.controls = true;
  try {
    engine = await makeEngine(context);
    hook.engine = engine.name;
    if (engine.codec !== codec) {
      codec = engine.codec;
      showChoices();
    }
    tell(wish);
    await engine.start({ ...wish }, at);
  } catch (reason) {
    // AbortError: a newer source came; NotAllowedError: the browser wants one more press, its own button is there.
    const name = reason instanceof DOMException ? reason.name : '';
    if (name === 'NotAllowedError') status.textContent = '';
    else if (name !== 'AbortError' && name !== 'NotSupportedError') await failed(String(reason));
  }
}

function change(): void {
  tell(wish);
  engine?.change({ ...wish });
}

play.addEventListener('click', () => {
  video.focus();
  if (!engine && wish.rung === kAuto) wish.cap = firstCap(lesson, engines[0] === 'native');
  begin(video.currentTime);
});
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
video.textTracks.addEventListener('change', () => {
  captions.value = hook.captions = shownCaptions(video);
});
video.addEventListener('playing', () => { status.textContent = ''; });
video.addEventListener('waiting', () => { status.textContent = strings.waiting; });
video.addEventListener('resize', showSpent);
watchForWaits(video, () => {
  if (!lesson || engine?.name !== 'native' || wish.rung !== kAuto) return; // the others look after themselves
  const cap = nextCap(lesson, usage, wish.cap);
  if (cap === 0) return;
  wish.cap = cap;
  status.textContent = strings.slower;
  change();
});

if (lesson) {
  addCaptions(video, lesson);
  fillCaptions(captions, lesson);
  showChoices();
}
// The poster is for those who look around first; it would keep the first frame waiting.
setTimeout(() => {
  if (!engine && !savesData()) video.poster = video.dataset.poster ?? '';
}, 1500);
document.body.classList.add('ready');
