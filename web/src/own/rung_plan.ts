// Which row of the staircase of rungs and sounds (lesson.ts) to fetch next. Every segment's bytes are known in advance, so the
// next minute is played through on paper for each row, and the best one that never runs dry is taken: no guessing from
// averages. Pure.

export interface Outlook {
  rate: number; // bit/s that the link carries
  wait: number; // seconds that a request takes before its first byte
  ahead: number; // seconds of lesson that are there
  playing: boolean; // false before the first frame
  lengths: number[]; // seconds, of the segments from the next one on
  bytes: number[][]; // by row, from the cheapest: of those segments' pictures
  sounds: number[]; // by row: bytes a second that are fetched beside the picture
  received: number; // bytes of the next segment that are there already
  current: number; // row of the segment before; -1 at the start
}

const kHorizon = 60; // seconds of lesson
const kReserve = 1.5; // seconds that shall be there at all times
const kPatience = 1; // seconds that a learner who has pressed Play waits for a better first picture
const kFirstShare = 0.5; // of a segment that must be there before its first picture shows: the IDR is most of it
const kStay = 0.8; // of the rate is counted on to stay at a row ...
const kClimb = 0.6; // ... and to go up

// Of what is fetched ahead.
const kLost = 60_000; // bytes that a learner who leaves may have paid for in vain
const kUsualAhead = 20; // seconds
const kWideAhead = 30; // ... on a link that carries much and fails at times, as in a bus
const kThriftyAhead = 10;
const kMostAhead = 45; // the recorded drive of bench/learner carries next to nothing for that long
const kLooksAround = 30; // seconds after which a learner has decided to stay, and ...
const kThriftyShare = 0.5; // ... of what was watched since then, is no great loss where bytes are dear, ...
const kThriftyMost = 25; // seconds there: with 45 no start in the recorded drive waits less often, or for less
const kSpare = 6; // seconds beside the time that a segment takes

function lasts(o: Outlook, row: number, share: number): boolean {
  const rate = (o.rate * share) / 8;
  const sound = o.sounds[row] ?? 0;
  let ahead = o.ahead + (o.playing ? 0 : kPatience + kReserve);
  let seen = 0;
  for (let i = 0; i < o.lengths.length && seen < kHorizon; ++i) {
    const length = o.lengths[i] ?? 0;
    const seconds = o.wait + ((o.bytes[row]?.[i] ?? 0) + sound * length) / rate;
    if (ahead - seconds * kFirstShare < kReserve) return false;
    ahead += length - seconds;
    if (ahead < kReserve) return false;
    seen += length;
  }
  return true;
}

// How long play had better be held back so that it need not stop within the next segments; 0 or less: not at all.
export function secondsShort(o: Outlook, row: number): number {
  const rate = (o.rate * kStay) / 8;
  const sound = o.sounds[row] ?? 0;
  let needed = 0; // bytes until the start of a segment
  let until = o.ahead;
  let short = 0;
  for (let i = 0; i < Math.min(o.lengths.length, 4); ++i) {
    const length = o.lengths[i] ?? 0;
    const own = o.bytes[row]?.[i] ?? 0;
    const received = i === 0 ? o.received : 0;
    const first = Math.max(0, own * kFirstShare - received);
    short = Math.max(short, (received > 0 ? 0 : o.wait) + (needed + first) / rate - until);
    needed += Math.max(0, own - received) + sound * length;
    until += length;
    short = Math.max(short, needed / rate - until);
  }
  return short;
}

// Index into `bytes`; 0, the cheapest, when none is sure to last.
export function planRow(o: Outlook): number {
  for (let row = o.bytes.length - 1; row > 0; --row) if (lasts(o, row, row > o.current ? kClimb : kStay)) return row;
  return 0;
}

// A picture segment on its way.
export interface Coming {
  bytes: number; // of the whole segment
  received: number;
  untilEnd: number; // seconds of play until the segment must be there whole
  cheapest: number; // bytes of the cheapest rung's
}

// Whether to give it up for the cheapest rung's: its first picture or its end comes too late, and the cheap one would come
// much sooner than what is still missing.
export function shallGiveUp(o: Outlook, coming: Coming): boolean {
  const rate = o.rate / 8;
  const missing = coming.bytes - coming.received;
  const late = (coming.bytes * kFirstShare - coming.received) / rate > o.ahead + 1 || missing / rate > coming.untilEnd + 1;
  return o.playing && late && o.wait + coming.cheapest / rate < (missing / rate) * 0.6;
}

// Seconds of lesson to have before the next segment is asked for: the time that it takes and some for a link that fails,
// not so much that a learner who leaves has paid for what was never watched. That is as much more as was `watched` (seconds, since the
// start or the last seek): who has stayed will stay, and no link tells before that it will fail. `bytesASecond`: of picture and sound.
export function wantedAhead(secondsToFetch: number, length: number, thrifty: boolean, bytesASecond: number, wide: boolean, watched: number): number {
  const least = Math.min(thrifty ? kThriftyAhead : wide ? kWideAhead : kUsualAhead, wide && !thrifty ? Infinity : kLost / bytesASecond);
  // With the segment that then comes, where bytes are dear.
  const spare = thrifty ? Math.max(2, Math.min(kSpare, (kLost * 1.5) / bytesASecond - length)) : kSpare;
  const more = thrifty ? Math.max(0, watched - kLooksAround) * kThriftyShare : watched;
  if (!thrifty && secondsToFetch > length * 0.8) return kMostAhead; // the link just carries it: no pauses
  return Math.max(Math.min(thrifty ? kThriftyMost : kMostAhead, least + more), Math.min(60, secondsToFetch + spare));
}
