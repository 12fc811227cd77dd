// Whose turn it is to ask for bytes: picture and sound share one link. On a thin one two transfers at once fill its queue and
// lose each other's packets, and each loss is a silence of seconds; so the next is asked for when the one before is about to
// end, by whoever has less. On any link sound goes first while there is little of it. Pure.

const kThinLink = 120_000; // bit/s
const kThinPiece = 10_000; // bytes asked for at a time there: with what is on its way it fits the queue of such a link
const kSoundPiece = 6; // seconds
const kWideLink = 400_000; // bit/s
const kLarger = 3; // times a piece is larger where that does no harm: each costs a kB of heads
const kSoundLead = 3; // seconds by which sound may be ahead of a picture that is on its way
const kSoundFirst = 3; // seconds of sound: with less than that the picture waits
const kPictureLead = 15; // seconds by which a picture segment may begin after what there is of sound
const kLong = 12; // seconds: a picture segment that is not fetched at once on any link
const kLongPiece = 16_000; // bytes of it

export interface Link {
  rate: number; // bit/s
  wait: number; // seconds from a request to its first byte
}

// Picture or sound, as it stands.
export interface Lane {
  kind: 'picture' | 'sound';
  busy: boolean; // a segment is under way
  asked: number; // bytes of it that were asked for
  received: number; // ... and that are there
  starts: number; // seconds into the lesson: where the segment under way, or the next one, begins
  reach: number; // seconds into the lesson: up to where there is no hole from the present on
  now?: number; // seconds into the lesson, of play that has begun
  enough?: number; // seconds of lesson after which a segment under way may wait
  wanting: boolean; // there is a segment to come, and less of the lesson than there should be
  finished: boolean; // there is none to come
}

export const isWide = (link: Link): boolean => link.rate > kWideLink;

export const isThin = (link: Link): boolean => link.rate < kThinLink;

// Bytes to ask for at a time; 0: the whole segment. Sound has the same bytes in every second: half a minute of it at once
// would keep the picture waiting on a slow link; and who leaves has paid for all of a long still that was asked for at once.
export function pieceOf(kind: Lane['kind'], bytesASecond: number, segment: number, link: Link, seconds = 0, large = false): number {
  const usual = isThin(link) ? kThinPiece : (kind === 'sound' ? Math.ceil(bytesASecond * kSoundPiece) : seconds > kLong ? kLongPiece : 0) * (large ? kLarger : 1);
  return segment > 1.5 * usual ? usual : 0;
}

const goesFirst = ({ kind, finished, reach, now = -Infinity }: Lane): boolean => kind === 'sound' && !finished && reach - now < kSoundFirst;

// Whether one is far enough ahead, in all or of the other, to leave the link alone. `now`: seconds into the lesson.
export function rests(lane: Lane, other: Lane | null, now: number): boolean {
  if (other && goesFirst(other)) return true;
  if (goesFirst(lane)) return false;
  const { enough = Infinity } = lane;
  if (lane.busy && lane.reach > now + enough) return true;
  if (!other?.busy) return false;
  return lane.kind === 'picture' ? !lane.busy && lane.starts > other.reach + kPictureLead : lane.busy && lane.reach > other.reach + kSoundLead;
}

function isNeediest(lane: Lane, other: Lane | null): boolean {
  if (!other || other.finished) return true;
  const waits = other.busy ? other.asked <= other.received : other.wanting;
  return !waits || lane.reach <= other.reach || goesFirst(lane);
}

const tail = (link: Link): number => (link.rate / 8) * link.wait; // bytes that come while a request is on its way

// Whether to ask now for a segment, or for the next piece of one.
export function mayAsk(lane: Lane, other: Lane | null, link: Link): boolean {
  if (!isThin(link)) return true;
  let coming = 0;
  for (const each of [lane, other]) if (each?.busy) coming += Math.max(0, each.asked - each.received);
  // A whole segment that was asked for when the link was wide takes as long as it takes: sound that is about to run out does not wait for it.
  if (coming > kThinPiece && goesFirst(lane)) return true;
  return coming <= tail(link) && isNeediest(lane, other);
}

// Whether to ask for the next piece already, with `left` bytes of this one to come: then the link never stands idle.
export const mayAskEarly = (lane: Lane, other: Lane | null, link: Link, left: number): boolean => left <= tail(link) && isNeediest(lane, other);
