// A learner's data limit, for this lesson or for the day: what was spent is counted (usage.ts), the rest of the lesson is planned
// into what is left (budget.ts), and the player is told which rows and segments it may take. Where even the sound of the next
// segment is too much, play pauses at the end of a sentence. Called by second.ts and by the panel, which shows and sets it.
import { kAuto, kSoundOnly } from '../engine';
import type { Page } from '../engine';
import { audioFor, rows } from '../lesson';
import type { Rendition } from '../lesson';
import { makeTimeline } from '../own/timeline';
import { endOfSentence, planBudget } from './budget';
import { recall, remember } from './storage';
import type { Words } from './words';

export interface Limit {
  per: 'lesson' | 'day' | '';
  megabytes: number;
}

interface Day {
  date: string;
  bytes: number;
}

const kLimit = 'chalkline.limit';
const kDay = 'chalkline.day';
const kTickMs = 1000;
const kStopMs = 200;
const kHead = 330; // bytes of an answer's head as Resource Timing counts it, and a little
const kKept = 0.99; // of the limit, and ...
const kReserve = 4000; // ... bytes less: heads, acknowledgements, what a page asks for beside the lesson
const kPieceSeconds = 6; // sound comes in such pieces: an answer each

const today = () => new Date().toISOString().slice(0, 10);

export interface LimitKeeper {
  readonly limit: Limit;
  readonly left: number; // bytes; Infinity without a limit
  set(limit: Limit): void;
}

export function keepLimit(page: Page, words: Words, say: (text: string) => void): LimitKeeper {
  const { video, usage, wish } = page;
  let limit = recall<Limit>(kLimit) ?? { per: '', megabytes: 10 };
  let counted = 0; // of this page's bytes, in the day's
  let lifted = false; // the learner goes on without it
  let stopAt = Infinity;
  let stopped = false;

  function countDay(): number {
    const known = recall<Day>(kDay);
    const day = known?.date === today() ? known : { date: today(), bytes: 0 };
    day.bytes += usage.bytes - counted;
    counted = usage.bytes;
    remember(kDay, day);
    return day.bytes;
  }

  function bytesLeft(): number {
    const day = countDay();
    return limit.per === '' || lifted ? Infinity : limit.megabytes * 1e6 * kKept - kReserve - (limit.per === 'day' ? day : usage.bytes);
  }

  function cues() {
    return [...video.textTracks].flatMap((track) => [...(track.cues ?? [])]);
  }

  function obey(most: number, last: number): void {
    if (wish.most === most && wish.last === last) return;
    wish.most = most;
    wish.last = last;
    page.change();
  }

  function tick(): void {
    const left = bytesLeft();
    const { lesson, engine } = page;
    const parts = engine?.parts?.();
    const timeline = lesson && makeTimeline(lesson);
    if (!lesson || !engine || !parts || !timeline) return;
    if (left === Infinity) {
      stopAt = Infinity;
      return obey(Infinity, Infinity);
    }
    const seconds = (i: number) => timeline.start(i + 1) - timeline.start(i);
    const heard = (sound: Rendition | undefined, i: number) =>
      sound && i >= parts.soundNext ? (sound.average_bandwidth / 8) * seconds(i) + kHead * Math.ceil(seconds(i) / kPieceSeconds) : 0;
    const from = Math.min(parts.soundNext, parts.picture === Infinity ? parts.soundNext : parts.pictureNext);
    const segments = Array.from({ length: timeline.count - from }, (_none, i) => from + i);
    const staircase = rows(lesson, engine.codec, wish.audio);
    const rests = staircase.map(({ rung, sound }) =>
      segments.map((i) => heard(sound, i) + (i >= parts.pictureNext ? timeline.bytes(rung, i) + kHead : 0)));
    const alone = audioFor(lesson, engine.codec, wish.audio);
    const picture = wish.rung !== kSoundOnly;
    const plan = planBudget(left, picture ? rests : [], segments.map((i) => heard(alone, i)));
    if (picture && plan.row < 0) {
      wish.rung = kSoundOnly;
      say(words.limitSound);
      page.show();
      page.change();
    } else if (picture && wish.rung !== kAuto && staircase.findIndex(({ rung }) => rung.id === wish.rung) > plan.row) {
      wish.rung = kAuto; // the limit goes before the picture that was chosen
      page.show();
    }
    const last = plan.last === Infinity ? Infinity : Math.max(from + plan.last, parts.soundNext + (parts.underWay > 0 ? 1 : 0));
    obey(Math.max(plan.row, 0), last); // with sound alone too: a picture that is asked for again begins at the cheapest
    stopAt = last === Infinity ? Infinity : endOfSentence(timeline.start(last), cues());
  }

  // Looked at more often than planned: a sentence must not run over.
  function stop(): void {
    if (stopped || video.paused || (page.held ?? video).currentTime < stopAt - 0.3 * Math.max(1, video.playbackRate)) return;
    stopped = true;
    video.pause();
    say(words.limitEnd(limit.megabytes));
  }

  video.addEventListener('play', () => {
    if (!stopped) return;
    stopped = false;
    lifted = true;
    tick();
  });
  addEventListener('pagehide', countDay);
  setInterval(stop, kStopMs);
  setInterval(tick, kTickMs);

  return {
    get limit() { return limit; },
    get left() { return bytesLeft(); },
    set(next) {
      limit = next;
      lifted = stopped = false;
      remember(kLimit, limit);
      tick();
    },
  };
}
