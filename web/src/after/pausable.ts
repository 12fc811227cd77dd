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
  paused: () => boolean; // there is something to go on with
  offer: (text: string) => void; // what the button is to begin: it says so, and no bar stands from before
}

/** Why something could not be saved, for people. */
export function whyNot({ words }: Beside, reason: unknown): string {
  if (reason instanceof DOMException && reason.name === 'QuotaExceededError') return words.noRoom;
  return reason instanceof Error ? reason.message : String(reason);
}

type Work = (signal: AbortSignal, came: (progress: Progress, text: string) => void) => Promise<void>;

// `began` is called when the button was pressed; `work` is called again to go on; `after`, whatever came of it: true where there is
// nothing left to do.
export function pausable(beside: Beside, began: () => void, work: Work, after: (done: boolean) => Promise<void>): Pausable {
  const { words, register } = beside;
  const line = make('p');
  line.setAttribute('role', 'status');
  line.tabIndex = -1; // it takes the focus where the button goes
  const bar = make('progress', { max: 1, value: 0, hidden: true });
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
    began();
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
      go.textContent = words.resume;
      if (!(reason instanceof DOMException && reason.name === 'AbortError')) line.textContent = words.notSaved(whyNot(beside, reason));
    }
    pausing = null;
    await after(done);
  }

  const go = button('', () => (pausing ? pausing.abort() : void run()));
  const running = () => pausing !== null;
  const offer = (text: string) => {
    if (running()) return;
    go.textContent = text;
    bar.setAttribute('aria-label', text);
    bar.hidden = true;
  };
  return { go, bar, line, running, paused: () => !running() && !bar.hidden, offer };
}
