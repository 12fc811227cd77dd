// Where a lesson's segments begin and what each costs, from the tables in the page's JSON: segments are the same for every
// rendition, so one list of lengths is enough. Pure.
import type { Lesson, Rendition } from '../lesson';

export interface Timeline {
  readonly count: number;
  start(index: number): number; // seconds; of `count`: the lesson's end
  at(seconds: number): number; // the segment that holds this moment
  bytes(rendition: Rendition, index: number): number; // estimated where the page has no table
}

// null for a lesson whose page tells nothing about segments.
export function makeTimeline(lesson: Lesson): Timeline | null {
  const lengths = lesson.segment_ms;
  if (!lengths?.length) return null;
  const starts = [0];
  for (const ms of lengths) starts.push((starts[starts.length - 1] ?? 0) + ms / 1000);
  const count = lengths.length;
  const start = (index: number) => starts[Math.max(0, Math.min(index, count))] ?? 0;
  return {
    count,
    start,
    at(seconds) {
      let index = 0;
      while (index < count - 1 && start(index + 1) <= seconds) ++index;
      return index;
    },
    bytes: (rendition, index) =>
      (rendition.segment_kb?.[index] ?? 0) * 1000 || (rendition.average_bandwidth / 8) * (start(index + 1) - start(index)),
  };
}
