// A file of known length over a line that breaks: each try goes on from the byte that was reached (RFC 9110 14.2), for as
// long as it takes. What comes is checked against the file's SHA-256; wrong bytes are asked for again, past every cache.
import { sha256 } from './records';

const kRetryMs = [500, 1000, 2000, 4000, 8000];
const kTries = 3; // whole transfers whose bytes were wrong, or refusals

export interface Wanted {
  url: string;
  bytes: number;
  sha256: string; // hex
}

// Resolves after `ms`, or as soon as the browser says that there is a network again.
const pause = (ms: number, signal: AbortSignal) => new Promise<void>((done, stop) => {
  const end = () => {
    clearTimeout(timer);
    removeEventListener('online', end);
    signal.removeEventListener('abort', end);
    if (signal.aborted) stop(new DOMException('paused', 'AbortError'));
    else done();
  };
  const timer = setTimeout(end, ms);
  addEventListener('online', end);
  signal.addEventListener('abort', end);
});

class Refused extends Error {}

// Does `work` until the line holds, for as long as it takes; a refusal is an error.
export async function again<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; ++failures) {
    try {
      return await work();
    } catch (reason) {
      if (signal.aborted || reason instanceof Refused) throw reason;
      await pause(kRetryMs[Math.min(failures, kRetryMs.length - 1)] ?? 0, signal);
    }
  }
}

// A whole file whose length nobody knows yet.
export const fetchAll = (url: string, signal: AbortSignal): Promise<ArrayBuffer> =>
  again(signal, async () => {
    const answer = await fetch(url, { signal });
    if (!answer.ok && answer.status < 500 && answer.status !== 429) throw new Refused(`${url}: ${answer.status}`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.arrayBuffer();
  });

async function transfer(wanted: Wanted, cache: RequestCache, signal: AbortSignal, { patient = true, came }: Manner): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(wanted.bytes);
  let at = 0;
  for (let failures = 0, refusals = 0; at < whole.length; ) {
    try {
      const answer = await fetch(wanted.url, { signal, cache, headers: at > 0 ? { Range: `bytes=${at}-` } : {} });
      if (!answer.ok && answer.status < 500 && answer.status !== 429 && ++refusals >= kTries) throw new Refused(`${wanted.url}: ${answer.status}`);
      if (!answer.ok) throw new Error(`${answer.status}`);
      if (answer.status === 200) at = 0; // a server that knows no ranges begins again
      const before = at;
      const reader = answer.body?.getReader();
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
        if (at + piece.value.length > whole.length) throw new Refused(`${wanted.url}: longer than the index says`);
        whole.set(piece.value, at);
        at += piece.value.length;
        failures = 0;
        came?.(at);
      }
      if (at === before) throw new Error('nothing came');
    } catch (reason) {
      if (!patient || signal.aborted || reason instanceof Refused) throw reason;
      await pause(kRetryMs[Math.min(failures++, kRetryMs.length - 1)] ?? 0, signal);
    }
  }
  return whole;
}

export interface Manner {
  patient?: boolean; // false: a line that breaks is an error
  came?: (bytes: number) => void; // bytes of the file that are there; it may begin again
}

// The bytes of the file, proved. Rejects where the server refuses it or has other bytes, or with an AbortError.
export async function fetchWhole(wanted: Wanted, signal: AbortSignal, manner: Manner = {}): Promise<ArrayBuffer> {
  for (let tries = 1; ; ++tries) {
    const { buffer } = await transfer(wanted, tries === 1 ? 'default' : 'reload', signal, manner);
    if ((await sha256(buffer)) === wanted.sha256) return buffer;
    if (tries === kTries) throw new Error(`${wanted.url} is not what was published`);
  }
}
