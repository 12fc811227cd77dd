// At the end of a visit, where the operator turned it on (learners.reports): how long the start took, waits, time at each picture, bytes.
// No name, no device, no time of day. Loaded by second.ts; docs/reports.md lists the fields.
import type { Page } from '../engine';

const kTickMs = 1000;

const kMedia = /\/(?:video|audio)\/[^/]+\/[^/]+$/; // of pictures and captions a learner may have asked before

// From the first request for the lesson's media to the first frame: Play was pressed then.
function startMs({ hook, lesson }: Page): number {
  const asked = performance.getEntriesByType('resource').filter(({ name }) => lesson && name.includes(lesson.base) && kMedia.test(name)).map(({ startTime }) => startTime);
  return asked.length ? Math.max(0, hook.firstFrame - Math.min(...asked)) : 0;
}

export function reportVisit(page: Page): void {
  const { hook, video, usage, lesson } = page;
  let last = 0;
  let played = 0;
  const at = new Map<number, number>(); // lines -> seconds
  const sum = (list: { at: number; ms: number }[]) => list.reduce((all, { at: from, ms }) => all + (ms || performance.now() - from), 0);

  function tick(): void {
    const now = (page.held ?? video).currentTime;
    const passed = now - last;
    last = now;
    if (passed <= 0 || passed > 6) return; // a seek; this script comes some seconds after the first frame
    const lines = page.held ? 0 : Math.min(video.videoWidth, video.videoHeight);
    played += passed;
    at.set(lines, (at.get(lines) ?? 0) + passed);
  }

  function send(): void {
    tick();
    if (played === 0 || !lesson) return;
    const whole = (value: number) => Math.round(Math.max(0, value));
    navigator.sendBeacon('/reports', JSON.stringify({
      lesson: lesson.id, engine: hook.engine ?? 'own', start_ms: whole(startMs(page)), played_ms: whole(played * 1000),
      stalls: hook.stalls.length, stalled_ms: whole(sum(hook.stalls)), held_ms: whole(sum(hook.holds)), bytes: whole(usage.bytes), errors: hook.errors.length,
      rungs: [...at].slice(0, 16).map(([lines, seconds]) => ({ lines, ms: whole(seconds * 1000) })),
    }));
  }

  setInterval(tick, kTickMs);
  tick();
  addEventListener('pagehide', send, { once: true }); // a page that comes back from the browser's memory has told
}
