// Chromium's own HLS player counts a read from its memory as network speed, so after the first segment it asks for the
// largest rung whatever the link can do (docs/players.md). This keeps it honest: a cap before the start where the browser
// knows that the link is slow, and a lower cap when play waits for data although a smaller rung exists. Used by native.ts.
import { rungs } from './lesson';
import type { Lesson } from './lesson';
import { connectionNow } from './thrift';
import type { Usage } from './usage';

const kSafety = 0.8; // of a measured rate is what a rung's peak may take
const kPatience = 5000; // ms of waiting before we step in

// bit/s, 0 for no cap. To be asked when Play is pressed: by then the browser has timed the page itself.
export function firstCap(lesson: Lesson | null): number {
  const connection = connectionNow();
  const all = lesson ? rungs(lesson) : [];
  if (all.length === 0 || !connection || connection.effectiveType === '4g') return 0;
  const rate = (connection.downlink ?? 0) * 1e6 * kSafety;
  return rate > 0 && rate < Math.max(...all.map((r) => r.peak_bandwidth)) ? rate : 0;
}

// The cap after a long wait: what was measured, and in any case below the rung that is being fetched; 0 when no smaller one
// exists.
export function nextCap(lesson: Lesson, usage: Usage, cap: number): number {
  const all = rungs(lesson).map((r) => r.peak_bandwidth);
  const fetching = usage.rungs[usage.rungs.length - 1]?.rung;
  const now = rungs(lesson).find((r) => r.id === fetching)?.peak_bandwidth ?? Math.max(...all);
  const ceiling = Math.min(now, cap || Infinity);
  const smaller = all.filter((peak) => peak < ceiling);
  if (smaller.length === 0) return 0;
  const measured = usage.bitsPerSecond * kSafety;
  const fitting = smaller.filter((peak) => peak <= measured);
  return fitting.length ? Math.max(...fitting) : Math.min(...smaller);
}

// Calls `late` after kPatience of waiting for data in play. Returns the way to stop.
export function watchForWaits(video: HTMLVideoElement, late: () => void): () => void {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const begin = () => {
    stop();
    if (!video.paused) timer = window.setTimeout(late, kPatience);
  };
  const ends = ['playing', 'pause', 'ended', 'emptied', 'error'];
  video.addEventListener('waiting', begin);
  for (const name of ends) video.addEventListener(name, stop);
  return () => {
    stop();
    video.removeEventListener('waiting', begin);
    for (const name of ends) video.removeEventListener(name, stop);
  };
}
