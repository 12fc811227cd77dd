// What of a lesson a number of bytes pays for: every segment's bytes are known, so the limit is kept by choosing the rung, then by
// leaving the picture out, and at last by ending where a segment ends. limit.ts asks once a second. Pure.

// A way to play the rest: bytes of each segment that is still to come, picture and sound together.
export type Rest = number[];

export interface Plan {
  row: number; // of the staircase, the best that is paid for to the end; -1: sound alone
  last: number; // segments of the rest that may be fetched; Infinity: all
}

const kSafety = 0.995; // of what is left: requests and answers have heads of their own

const sum = (rest: Rest) => rest.reduce((all, bytes) => all + bytes, 0);

// `rows`: the rest with each row, from the cheapest up; `sound`: with sound alone.
export function planBudget(left: number, rows: Rest[], sound: Rest): Plan {
  const most = left * kSafety;
  for (let row = rows.length - 1; row >= 0; --row) if (sum(rows[row] ?? []) <= most) return { row, last: Infinity };
  let paid = 0;
  for (let i = 0; i < sound.length; ++i) {
    paid += sound[i] ?? 0;
    if (paid > most) return { row: -1, last: i };
  }
  return { row: -1, last: Infinity };
}

export interface Cue {
  startTime: number;
  endTime: number;
}

const kSentence = 15; // seconds: a cue that began longer ago is no sentence

// Where to stop so as not to cut a sentence short, with everything there up to `end`: at the end, or where the cue that is said over it begins.
export function endOfSentence(end: number, cues: Cue[]): number {
  const cut = cues.filter(({ startTime, endTime }) => startTime < end && end < endTime && end - startTime < kSentence);
  return Math.min(end, ...cut.map(({ startTime }) => startTime));
}
