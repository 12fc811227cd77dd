// What a visit says if it ends now, kept where a page that is being closed, frozen or killed has already written it: in localStorage, which
// is written at once, where a queue in IndexedDB is not. The page that it is of renews it while it lives; what was not renewed for a while
// is of a page that is gone, and whichever page comes next takes it into the queue. Called by statements.ts.
import type { Queued } from './queue';
import { recall, remember } from './storage';

const kPrefix = 'chalkline.last.'; // and the session's name: two pages never write the same entry
const kGoneMs = 150_000; // timers of a page in the background come once a minute

export const kRenewMs = 20_000;

interface Kept {
  when: number; // Unix ms; 0: the page says itself that it is going
  said: Queued[];
}

// Pure.
export const isGone = ({ when }: Kept, now: number): boolean => now - when > kGoneMs || when > now + kGoneMs; // or the clock was set back

// `going`: the page is not coming back, or it would say so anew.
export function keepWords(session: string, said: Queued[], going = false): void {
  remember(kPrefix + session, { when: going ? 0 : Date.now(), said } satisfies Kept);
}

export const areKept = (session: string): boolean => recall(kPrefix + session) !== null;

// What pages said that are gone; it is the caller's from now on.
export function takeWords(): Queued[] {
  const taken: Queued[] = [];
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(kPrefix))) {
      const kept = recall<Kept>(key);
      if (kept && !isGone(kept, Date.now())) continue;
      taken.push(...(kept?.said ?? []));
      localStorage.removeItem(key);
    }
  } catch {
    // storage is switched off: nothing was kept
  }
  return taken;
}
