// How far each lesson was watched, kept on this device alone: a learner who comes again is offered to go on, and what was completed can be
// told later, if a platform asks (statements.ts). Called by second.ts.
import type { Page } from '../engine';
import { clock } from '../lesson';
import { button, make } from './elements';
import { addSpan, shareOf } from './spans';
import type { Span } from './spans';
import { recall, remember } from './storage';
import type { Words } from './words';

export interface Place {
  title: string;
  at: number; // seconds into the lesson
  duration: number; // seconds
  spans: Span[]; // that were watched
  done: boolean;
  when: number; // Unix ms
  told?: boolean | undefined; // its completion is in the queue of statements
}

export const kCompleteShare = 0.95; // of a lesson that is completed ...
export const kEndedShare = 0.8; // ... or of one that is at its end
const kKey = 'chalkline.watched';
const kMost = 200; // lessons
const kTickMs = 1000;
const kSaveEvery = 5; // ticks
const kWorthIt = 20; // seconds from either end of a lesson

export const placesNow = (): Record<string, Place> => recall(kKey) ?? {};

export function keepPlaces(places: Record<string, Place>): void {
  const newest = Object.entries(places).sort(([, a], [, b]) => b.when - a.when).slice(0, kMost);
  remember(kKey, Object.fromEntries(newest));
}

// `done`: hears when the lesson is watched to its end. Returns the place as it is now.
export function keepPlace(page: Page, words: Words, done: () => void): Place | null {
  const { lesson, video } = page;
  if (!lesson) return null;
  const known = placesNow()[lesson.id];
  const place: Place = { title: lesson.title, at: known?.at ?? 0, duration: lesson.duration_ms / 1000, spans: known?.spans ?? [], done: known?.done ?? false, when: Date.now(), told: known?.told };
  const position = () => (page.held ?? video).currentTime;
  let last = position();
  let looked = performance.now();
  let ticks = 0;
  let moved = false;
  let stayed = 0; // seconds that were played since the page came
  let returning = false; // the place that is known stays until it is gone on from there, or elsewhere for a while
  if (last < 10) place.spans = addSpan(place.spans, 0, last); // this script comes after the first frame

  const save = () => moved && keepPlaces({ ...placesNow(), [lesson.id]: place });
  function tick(): void {
    const at = position();
    const now = performance.now();
    const most = ((now - looked) / 1000) * (video.playbackRate || 1) + 1.5; // more than that is a seek
    looked = now;
    if (at > last && at - last < most) {
      place.spans = addSpan(place.spans, last, at);
      stayed += at - last;
    }
    if (at !== last) {
      moved = true;
      if (!returning || stayed > kWorthIt) place.at = at;
      place.when = Date.now();
    }
    last = at;
    const over = !place.done && (shareOf(place.spans, place.duration) >= kCompleteShare || (video.ended && shareOf(place.spans, place.duration) >= kEndedShare));
    if (over) {
      place.done = true;
      done();
    }
    if (over || ++ticks % kSaveEvery === 0) save();
  }
  setInterval(tick, kTickMs);
  video.addEventListener('pause', tick);
  addEventListener('pagehide', () => {
    tick();
    save();
  });

  const goTo = Number(/[#&]t=(\d+)/.exec(location.hash)?.[1] ?? 0); // a link to a moment
  if (goTo > 0 && last < 10) video.currentTime = goTo;
  else if (known && known.at > last + kWorthIt && known.at < place.duration - kWorthIt) {
    returning = true;
    offer(known.at);
  }

  function offer(at: number): void {
    const go = button(words.goOn(clock(at * 1000)), () => {
      returning = false;
      video.currentTime = at;
      if (page.engine) void video.play().catch(() => undefined);
      else document.getElementById('play')?.click();
      line.remove();
      video.focus();
    });
    go.className = 'goon';
    const line = make('p', { id: 'goon' }, make('style', {}, '.goon{min-height:44px;padding:.25rem .75rem;border:1px solid var(--line);border-radius:6px;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;cursor:pointer}'), go);
    document.getElementById('choices')?.before(line);
  }
  return place;
}
