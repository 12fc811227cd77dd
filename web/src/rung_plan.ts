// Which rung to fetch next. Every segment's bytes are known in advance, so the next minute is played through on paper for
// each rung, and the best one that never runs dry is taken: no guessing from averages. Pure.

export interface Outlook {
  rate: number; // bit/s that the link carries
  wait: number; // seconds that a request takes before its first byte
  ahead: number; // seconds of lesson that are there
  playing: boolean; // false before the first frame
  lengths: number[]; // seconds, of the segments from the next one on
  bytes: number[][]; // by rung, from the cheapest: of those segments
  sound: number; // bytes a second that are fetched beside the picture
  current: number; // rung of the segment before; -1 at the start
}

const kHorizon = 60; // seconds of lesson
const kReserve = 1.5; // seconds that shall be there at all times
const kPatience = 3; // seconds that a learner who has pressed Play waits for a better first picture
const kFirstShare = 0.5; // of a segment that must be there before its first picture shows: the IDR is most of it
const kStay = 0.85; // of the rate is counted on to stay at a rung ...
const kClimb = 0.7; // ... and to go up

function lasts(o: Outlook, rung: number, share: number): boolean {
  const rate = (o.rate * share) / 8;
  let ahead = o.ahead + (o.playing ? 0 : kPatience + kReserve);
  let seen = 0;
  for (let i = 0; i < o.lengths.length && seen < kHorizon; ++i) {
    const length = o.lengths[i] ?? 0;
    const seconds = o.wait + ((o.bytes[rung]?.[i] ?? 0) + o.sound * length) / rate;
    if (ahead - seconds * kFirstShare < kReserve) return false;
    ahead += length - seconds;
    if (ahead < kReserve) return false;
    seen += length;
  }
  return true;
}

// Index into `bytes`; 0, the cheapest, when none is sure to last.
export function planRung(o: Outlook): number {
  for (let rung = o.bytes.length - 1; rung > 0; --rung) if (lasts(o, rung, rung > o.current ? kClimb : kStay)) return rung;
  return 0;
}

// Whether a picture segment that is on its way had better be given up for the cheapest rung's: it comes too late, and the
// cheap one would come sooner than what is still missing.
export function shallGiveUp(o: Outlook, missing: number, cheapest: number): boolean {
  const rate = o.rate / 8;
  return o.playing && missing / rate > o.ahead + 1 && o.wait + cheapest / rate < (missing / rate) * 0.6;
}

// Seconds of lesson to have before the next segment is asked for: enough to fetch it twice over, not so much that a learner
// who leaves has paid for what was never watched.
export const wantedAhead = (secondsToFetch: number, thrifty: boolean): number =>
  Math.min(60, Math.max(thrifty ? 12 : 20, 6 + 2 * secondsToFetch));
