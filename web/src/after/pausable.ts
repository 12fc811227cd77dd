// A button that starts a long piece of saving, pauses it and goes on with it, with a bar and a line that say how far it is. Used by the
// parts of the panel that save a lesson and a course.
import { again } from '../offline/fetch_whole';
import type { Progress } from '../offline/save';
import { button, make } from './elements';
import type { Beside } from './second';

export interface Pausable {
  go: HTMLButtonElement;
  bar: HTMLProgressElement;
  line: HTMLParagraphElement; // role status
  running: () => boolean;
}

type Work = (signal: AbortSignal, came: (progress: Progress, text: string) => void) => Promise<void>;

// `work` is called again to go on; `after`, whatever came of it: true where there is nothing left to do.
export function pausable({ words, register }: Beside, work: Work, after: (done: boolean) => Promise<void>): Pausable {
  const line = make('p');
  line.setAttribute('role', 'status');
  const bar = make('progress', { max: 1, value: 0, hidden: true });
  bar.setAttribute('aria-label', words.offline);
  let pausing: AbortController | null = null;

  // The service worker comes over the same line: one that breaks is a TypeError, anything else does not get better.
  async function registered(signal: AbortSignal): Promise<void> {
    const failed: unknown = await again(signal, () => Promise.resolve(register()).then(() => null, (reason: unknown) => {
      if (reason instanceof TypeError) throw reason;
      return reason;
    }));
    if (failed) throw failed;
  }

  async function run(): Promise<void> {
    pausing = new AbortController();
    go.textContent = words.pause;
    bar.hidden = false;
    bar.value = 0;
    line.textContent = ''; // what stands there is of a lesson that was saved before
    let done = false;
    try {
      await registered(pausing.signal);
      await work(pausing.signal, (progress, text) => {
        bar.value = progress.done / progress.all;
        line.textContent = text;
      });
      bar.hidden = done = true;
    } catch (reason) {
      const name = reason instanceof DOMException ? reason.name : '';
      go.textContent = words.resume;
      if (name !== 'AbortError') line.textContent = words.notSaved(name === 'QuotaExceededError' ? words.noRoom : String(reason));
    }
    pausing = null;
    await after(done);
  }

  const go = button('', () => (pausing ? pausing.abort() : void run()));
  return { go, bar, line, running: () => pausing !== null };
}
