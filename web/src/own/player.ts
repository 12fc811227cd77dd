// Our own player over Media Source Extensions, for our own streams: it knows every segment's bytes before it asks, shows
// what has come of a segment while the rest is on its way, and asks early enough on a slow link. docs/players.md compares
// it with the browser's own HLS player and with hls.js, which stand in where it cannot play.
import { secondsAhead } from '../buffered';
import { kAuto, kSoundOnly } from '../engine';
import type { Engine, EngineContext, Kept, Wish } from '../engine';
import { Feed, pause } from './feed';
import { audioFor, rows, rungs } from '../lesson';
import type { AudioCodec, Lesson, Rendition, Row } from '../lesson';
import { stored } from '../stored';
import { kHaveCurrentData, kHaveFutureData, kTickMs, kMostHeld, kRemembered, kSeam, kSoon, kCalm, kHeldLead, kDoubt, kOutage, kOutages, kKept } from './figures';
import { planRow, secondsShort, shallGiveUp, wantedAhead } from './rung_plan';
import { makeThroughput, rateOfPage } from './throughput';
import { makeTimeline } from './timeline';
import type { Timeline } from './timeline';
import { isThin, isWide, mayAsk, mayAskEarly, pieceOf, rests } from './turns';
import type { Lane } from './turns';

interface Track {
  feed: Feed;
  next: number; // segment to fetch
  busy: boolean;
  asked: number; // bytes of that segment that were asked for
  received: number; // ... and that are there
  epoch: number; // rises with each seek or change: what an older one fetched is not counted
  row: number; // of the segment before; sound takes its picture's
}

const mime = (r: Rendition) => `${r.kind}/mp4; codecs="${r.codecs}"`;
const plays = (r: Rendition) => MediaSource.isTypeSupported(mime(r));

// What can be played of a lesson, or null where another engine must do.
function playable(lesson: Lesson | null): { timeline: Timeline; codec: AudioCodec } | null {
  if (!lesson || !('MediaSource' in window)) return null;
  const timeline = makeTimeline(lesson);
  const sounds = lesson.renditions.filter((r) => r.kind === 'audio');
  const codec = sounds.some((r) => r.codec === 'opus' && plays(r)) ? 'opus' : 'aac';
  const heard = sounds.length === 0 || sounds.some((r) => r.codec === codec && plays(r));
  return timeline && heard && rungs(lesson).every(plays) ? { timeline, codec } : null;
}

export const ownIsPossible = (lesson: Lesson | null): boolean => playable(lesson) !== null;

function firstRate(): number {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return rateOfPage(page) || Number(stored(kRemembered)) * 0.7;
}

export function ownEngine(context: EngineContext): Engine {
  const { video } = context;
  const lesson = context.lesson as Lesson;
  const { timeline, codec } = playable(lesson) as { timeline: Timeline; codec: AudioCodec };
  const rate = firstRate();
  const throughput = makeThroughput(rate);
  let wish: Wish = { audio: '', rung: kAuto, cap: 0, most: Infinity, last: Infinity };
  let staircase: Row[] = []; // of the wished language
  let source: MediaSource | null = null;
  let picture: Track | null = null;
  let sound: Track | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let begun = 0; // where play began, or was sought to
  let fresh = true; // just opened or sought: the learner waits, but nothing has stopped
  let doubted = 0; // until when no dear rung is taken, of performance.now()
  let letDown = 0; // ... and no better sound beside the same picture
  let lastWide = Infinity; // when the link was last a wide one; Infinity: never
  let kept: Kept[] = []; // the sound as it was appended, for whoever lets it go on alone

  const address = (rendition: Rendition, name: string) => `${lesson.base}${rendition.id}/${name}`;
  const now = () => (context.held ?? video).currentTime; // as the learner hears it
  const isOver = (track: Track) => track.next >= Math.min(timeline.count, wish.last);
  const rowOf = (track: Track | null): Row | undefined => track ? staircase[Math.max(track.row, 0)] : undefined;
  const failed = (reason: unknown) => context.failed(`own player: ${reason}`);
  const onError = () => { if (video.error) failed(video.error.message || video.error.code); };

  function outlook(track: Track) {
    const choice = allowed();
    const lengths: number[] = [];
    for (let i = track.next; i < timeline.count && i < track.next + 40; ++i) lengths.push(timeline.start(i + 1) - timeline.start(i));
    return {
      rate: throughput.rate,
      wait: throughput.wait,
      ahead: timeline.start(track.next) - now(),
      playing: !fresh,
      lengths,
      bytes: choice.map(({ rung }) => lengths.map((_length, i) => timeline.bytes(rung, track.next + i))),
      sounds: choice.map(({ sound: heard }) => (heard?.average_bandwidth ?? 0) / 8),
      received: track.received,
      current: track.row,
    };
  }

  // What may be taken, from the cheapest row: by itself no dear one, but where the link carries what that asks for. A cap is on the picture with the cheapest sound.
  function allowed(): Row[] {
    const peak = (heard: Rendition | undefined) => heard?.peak_bandwidth ?? 0;
    const at = performance.now();
    const above = staircase.findIndex(({ rung, sound: heard }, i) =>
      wish.cap ? rung.peak_bandwidth + peak(heard) - peak(staircase[0]?.sound) > wish.cap
        : wish.rung === kAuto && ((rung.dear as number) > (at < doubted ? 0 : throughput.steady) || (at < letDown && rung === staircase[i - 1]?.rung)));
    return staircase.slice(0, Math.max(Math.min(above >>> 0, wish.most + 1), 1)); // -1 becomes the largest number there is
  }

  // What the picture's row has beside it; where the link has become a thin one since that picture was asked for, what the next one would have: a picture that
  // waits for its turn must not leave the learner with a sound that takes all of the link. Alone, the cheapest. Its rates are one codec: the next init segment is all that a change takes.
  function soundNow(): Rendition | undefined {
    if (!picture) return audioFor(lesson, codec, wish.audio);
    const row = Math.max(picture.row, 0);
    return staircase[isThin(throughput) ? Math.min(row, chooseRow(picture)) : row]?.sound ?? audioFor(lesson, codec, wish.audio);
  }

  function chooseRow(track: Track): number {
    const wished = staircase.findIndex(({ rung }) => rung.id === wish.rung);
    return wished >= 0 ? wished : planRow(outlook(track));
  }

  async function fetchNext(track: Track, rendition: Rendition, row: number): Promise<void> {
    const { epoch, next } = track;
    const whole = timeline.bytes(rendition, next);
    track.busy = true;
    track.row = row;
    const piece = pieceOf(track === sound ? 'sound' : 'picture', rendition.average_bandwidth / 8, whole, throughput, fresh ? 0 : timeline.start(next + 1) - timeline.start(next), isWide(throughput) || timeline.start(next) - now() > kCalm);
    track.received = 0;
    track.asked = piece || whole;
    let givenUp = false;
    const pieces: Uint8Array[] = [];
    if (track === sound) kept = [...kept.filter(({ end }) => end > now() - kKept), { start: timeline.start(next), end: timeline.start(next + 1), pieces }];
    const watch = setInterval(() => {
      if (track !== picture || rendition.id === staircase[0]?.rung.id || wish.rung !== kAuto) return;
      const view = { ...outlook(track), ahead: secondsAhead(video) };
      const untilEnd = timeline.start(next + 1) - now();
      if (!shallGiveUp(view, { bytes: whole, received: track.received, untilEnd, cheapest: view.bytes[0]?.[0] ?? 0 })) return;
      givenUp = true;
      clearInterval(watch);
      track.feed.interrupt().catch(failed);
    }, 1000);
    try {
      const done = await track.feed.append(address(rendition, 'init.mp4'), address(rendition, `${next + 1}.m4s`), {
        piece,
        turn: (signal) => nextPiece(track, piece, signal),
        early: (left) => {
          if (restsNow(track) || !mayAskEarly(lane(track), otherLane(track), throughput, left)) return false;
          track.asked += piece;
          return true;
        },
        came: (received, bytes) => {
          pieces.push(bytes);
          if (track.epoch === epoch) track.received = received;
        },
      });
      if (track.epoch !== epoch) return;
      track.received = 0;
      if (done) track.next = next + 1;
      else if (givenUp) track.row = 0;
    } catch (reason) {
      if (track.epoch === epoch) failed(reason);
    } finally {
      clearInterval(watch);
      if (track.epoch === epoch) track.busy = false;
    }
    tick();
  }

  function lane(track: Track): Lane {
    const at = now();
    const finished = isOver(track);
    return {
      kind: track === sound ? 'sound' : 'picture',
      busy: track.busy,
      asked: track.asked,
      received: track.received,
      starts: timeline.start(track.next),
      reach: Math.max(track.feed.reaches(at), at),
      now: fresh ? -Infinity : at + (context.held ? kHeldLead : 0),
      enough: wanted(track),
      wanting: !finished && isShort(track),
      finished,
    };
  }

  function otherLane(track: Track): Lane | null {
    const other = track === picture ? sound : picture;
    return other && lane(other);
  }

  const restsNow = (track: Track) => rests(lane(track), otherLane(track), now());
  const mayAskNow = (track: Track) => mayAsk(lane(track), otherLane(track), throughput);

  async function nextPiece(track: Track, piece: number, signal: AbortSignal): Promise<void> {
    track.asked = track.received;
    while (restsNow(track) || !mayAskNow(track)) await pause(kTickMs, signal);
    track.asked = track.received + piece;
  }

  // Whether play that begins now would go on, as far as one can tell.
  function lastsFromNow(): boolean {
    if (video.readyState < kHaveFutureData) return false;
    if (!picture || isOver(picture)) return true;
    return secondsShort(outlook(picture), Math.max(picture.row, 0)) <= 0;
  }

  // Seconds of lesson that should be there.
  function wanted(track: Track): number {
    const length = timeline.start(track.next + 1) - timeline.start(track.next);
    const rate = (soundNow()?.average_bandwidth ?? 0) + (picture ? (rowOf(picture)?.rung.average_bandwidth ?? 0) : 0);
    const watched = isFinite(wish.most) ? 0 : now() - begun; // a data limit is kept better with less on its way
    return wantedAhead(throughput.wait + (rate * length) / throughput.rate, length, wish.cap > 0, rate / 8, watched > 0 && isWide(throughput), watched);
  }

  const isShort = (track: Track) => timeline.start(track.next) - now() < wanted(track);

  // Sound has gone on without the picture: what ends before it can be there is passed over.
  function passOver(track: Track): void {
    const bytes = timeline.bytes((staircase[0] as Row).rung, track.next);
    const at = now() + (track.busy ? 0 : throughput.wait + (bytes * 12) / throughput.rate); // sound takes its part
    if (track.next >= timeline.count - 1 || timeline.start(track.next + 1) > at) return;
    if (track.busy) void restart(track, at, false);
    else track.next = timeline.at(at);
  }

  function wants(track: Track): boolean {
    if (track.busy || isOver(track) || !isShort(track)) return false;
    // At the start picture and sound are asked for together: there is nothing yet to be crowded out.
    const first = fresh && track.next <= timeline.at(now());
    return first || (!restsNow(track) && mayAskNow(track));
  }

  // Starts what is missing; called at every change and four times a second.
  function tick(): void {
    const at = performance.now();
    if (isWide(throughput)) lastWide = at;
    if (isThin(throughput)) {
      doubted = at + kDoubt;
      letDown = Math.max(letDown, at + (at - lastWide - kOutage) * kOutages);
    }
    if (!source || source.readyState === 'closed') return;
    if (context.held || (video.readyState >= kHaveFutureData && !video.seeking)) fresh = false;
    // Streams that begin a frame late: nothing would play before it.
    if (video.buffered.length && video.readyState < kHaveCurrentData && !video.seeking) {
      const begins = video.buffered.start(0);
      if (begins > video.currentTime && begins - video.currentTime < 0.5) video.currentTime = begins;
    }
    if (picture && context.held) passOver(picture);
    if (picture) {
      const row = picture.busy || isOver(picture) ? picture.row : chooseRow(picture);
      const rendition = staircase[Math.max(row, 0)]?.rung;
      if (rendition && wants(picture)) void fetchNext(picture, rendition, row);
    }
    const audio = soundNow();
    if (sound && audio && wants(sound)) void fetchNext(sound, audio, 0);
    const all = [picture, sound].filter((track) => track !== null);
    if (source.readyState === 'open' && all.every((track) => !track.busy && track.next >= timeline.count)) source.endOfStream();
  }

  // From the segment that holds `at` on. `drop`: what was fetched is not wanted any more.
  async function restart(track: Track, at: number, drop: boolean): Promise<void> {
    const epoch = ++track.epoch;
    track.busy = true;
    track.next = timeline.at(at);
    if (drop && track === sound) kept = [];
    try {
      await track.feed.interrupt();
      if (drop) await track.feed.drop();
    } catch (reason) {
      if (track.epoch === epoch) failed(reason);
    }
    if (track.epoch !== epoch) return;
    track.busy = false;
    tick();
  }

  function onSeeking(): void {
    const at = video.currentTime;
    for (const track of [picture, sound]) {
      if (!track) continue;
      if (track.feed.reaches(at) < timeline.start(track.next) - kSeam) void restart(track, at, false);
    }
    fresh = true;
    if (!context.held) begun = at; // else the picture comes back to where the sound has got to
    tick();
  }

  function track(media: MediaSource, rendition: Rendition): Track {
    return { feed: new Feed(video, media, media.addSourceBuffer(mime(rendition)), throughput), next: 0, busy: false, asked: 0, received: 0, epoch: 0, row: -1 };
  }

  function open(at: number): Promise<void> {
    close();
    fresh = true;
    begun = at;
    kept = [];
    const media = new MediaSource();
    source = media;
    return new Promise((opened) => {
      media.addEventListener('sourceopen', () => {
        URL.revokeObjectURL(video.src);
        media.duration = lesson.duration_ms / 1000;
        staircase = rows(lesson, codec, wish.audio);
        const audio = soundNow();
        const cheapest = staircase[0]?.rung;
        try {
          picture = cheapest && wish.rung !== kSoundOnly ? track(media, cheapest) : null;
          sound = audio ? track(media, audio) : null;
        } catch (reason) { // a codec that was promised
          opened();
          return void failed(reason);
        }
        for (const each of [picture, sound]) if (each) each.next = timeline.at(at);
        if (at > 0) video.currentTime = at;
        timer = setInterval(tick, kTickMs);
        tick();
        opened();
      }, { once: true });
      video.src = URL.createObjectURL(media);
    });
  }

  function close(): void {
    clearInterval(timer);
    for (const each of [picture, sound]) {
      if (!each) continue;
      ++each.epoch;
      each.feed.interrupt().catch(() => undefined); // the source may be closed already
    }
    picture = sound = source = null;
  }

  function remember(): void {
    try {
      if (throughput.measured) localStorage.setItem(kRemembered, String(Math.round(throughput.rate)));
    } catch {
      // storage is switched off: the next visit guesses
    }
  }

  video.addEventListener('seeking', onSeeking);
  video.addEventListener('error', onError);
  addEventListener('pagehide', remember);

  return {
    name: 'own',
    codec,
    async start(first, at) {
      wish = first;
      const begun = performance.now();
      await open(at);
      while (source && !lastsFromNow() && performance.now() - begun < kMostHeld) await new Promise((done) => setTimeout(done, 100));
      if (source) await video.play(); // else: another engine has taken over
    },
    parts() {
      const at = now();
      const audio = soundNow();
      if (!sound || !audio) return null;
      return {
        type: mime(audio), kept, picture: picture ? picture.feed.reaches(at) : Infinity, sound: sound.feed.reaches(at),
        pictureNext: picture?.next ?? 0, soundNext: sound.next, underWay: (picture?.received ?? 0) + sound.received,
      };
    },
    change(next) {
      const before = wish;
      wish = next;
      const at = now();
      if ((next.rung === kSoundOnly) !== (before.rung === kSoundOnly)) {
        const wasPaused = video.paused;
        const rate = video.playbackRate;
        void open(at).then(() => {
          video.playbackRate = rate;
          if (!wasPaused) video.play().catch(() => undefined); // refused only when a newer change came in between
        });
        return;
      }
      staircase = rows(lesson, codec, wish.audio);
      if (sound && next.audio !== before.audio) void restart(sound, at, true);
      const holds = timeline.start(timeline.at(at) + 1) - at;
      if (picture && next.rung !== before.rung && next.rung !== kAuto) void restart(picture, holds > kSoon ? at : at + holds, holds > kSoon);
      tick();
    },
    destroy() {
      remember();
      video.removeEventListener('seeking', onSeeking);
      video.removeEventListener('error', onError);
      removeEventListener('pagehide', remember);
      close();
      video.removeAttribute('src');
      video.load();
    },
  };
}
