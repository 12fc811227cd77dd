// One SourceBuffer and what goes into it. Pieces of a segment are appended as they come, so that a picture shows before the
// rest of its segment is there; a transfer that breaks goes on from the byte it reached.
import type { Throughput, Transfer } from './throughput';

const kBehind = 60; // seconds that are kept of what was played
const kFirstRetryMs = 500; // doubled with each failure ...
const kDoublings = 4; // ... so often at most
const kAgain = '?here'; // asks the origin where a mirror gave nothing: Steering::kAgain in streamer/delivery/steering.hpp
const kTries = 4; // answers that are refusals (404, 403 ...) before a segment is given up

// How a segment is fetched.
export interface Manner {
  piece: number; // bytes asked for at a time, 0: the whole segment
  turn(signal: AbortSignal): Promise<void>; // resolves when the next piece may be asked for
  early(left: number): boolean; // whether to ask for it now, with `left` bytes of this one to come
  came(received: number, bytes: Uint8Array): void; // hears of all that is appended; first of the init segment, with nothing received
}

export class Feed {
  private aborted = new AbortController();
  private init = ''; // address of the init segment that was appended last
  private ended?: Promise<void>; // end of what was interrupted last; its abort() would take what is appended before it
  private readonly inits = new Map<string, Uint8Array>(); // whole ones: what is on its way ends with whoever asked for it

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly source: MediaSource,
    private readonly buffer: SourceBuffer,
    private readonly throughput: Throughput,
  ) {}

  // Appends the segment at `url` after its rendition's init segment. false: it was interrupted.
  async append(init: string, url: string, how: Manner): Promise<boolean> {
    const { signal } = this.aborted;
    await this.ended;
    // From when it is asked for: what comes while the init segment is waited for has taken that long.
    const transfer = this.throughput.begin();
    try {
      // Asked for together: on a slow link a round trip is most of the wait.
      const segment = this.open(url, 0, how.piece, signal);
      segment.catch(() => undefined); // told below
      const head = await this.initSegment(init, signal);
      if (this.init !== init) {
        await this.put(head, signal);
        this.init = init;
      }
      how.came(0, head);
      transfer.wanted();
      await this.stream(url, segment, signal, how, transfer);
      return true;
    } catch (reason) {
      if (signal.aborted) return false;
      throw reason;
    }
  }

  // Ends what is being appended; the parser then waits for a new segment.
  interrupt(): Promise<void> {
    this.aborted.abort();
    this.aborted = new AbortController();
    return this.ended = this.end();
  }

  private async end(): Promise<void> {
    await this.idle();
    if (this.source.readyState === 'open') this.buffer.abort();
  }

  // Seconds up to which there is no hole from `at` on; -1 where nothing is there.
  reaches(at: number): number {
    const { buffered } = this.buffer;
    for (let i = 0; i < buffered.length; ++i) if (buffered.start(i) <= at && at < buffered.end(i)) return buffered.end(i);
    return -1;
  }

  // All that is there, and which init segment was last.
  async drop(): Promise<void> {
    await this.idle();
    this.buffer.remove(0, Infinity);
    await this.idle();
    this.init = '';
  }

  private async initSegment(url: string, signal: AbortSignal): Promise<Uint8Array> {
    let found = this.inits.get(url);
    if (!found) this.inits.set(url, (found = new Uint8Array(await (await this.open(url, 0, 0, signal)).arrayBuffer())));
    return found;
  }

  private async stream(url: string, next: Promise<Response>, signal: AbortSignal, how: Manner, transfer: Transfer): Promise<void> {
    let received = 0;
    let early: Promise<Response> | null = null;
    for (let failures = 0; ; transfer = this.throughput.begin(), next = early ?? this.open(url, received, how.piece, signal), early = null) {
      const end = received + how.piece;
      try {
        const answer = await next;
        if (answer.status === 416) return; // it broke after its last byte: there is no more
        let skip = answer.status === 206 ? 0 : received; // a server that knows no ranges begins again
        const whole = wholeLength(answer);
        const reader = answer.body?.getReader();
        for (;;) {
          const piece = await reader?.read();
          if (!piece || piece.done) break;
          transfer.received(piece.value.byteLength);
          const fresh = piece.value.subarray(Math.min(skip, piece.value.byteLength));
          skip -= piece.value.byteLength - fresh.byteLength;
          if (!fresh.byteLength) continue;
          await this.put(fresh, signal);
          received += fresh.byteLength;
          failures = 0;
          how.came(received, fresh);
          if (!early && how.piece > 0 && end < whole && how.early(end - received)) {
            early = this.open(url, end, how.piece, signal);
            early.catch(() => undefined); // told when it is waited for
          }
        }
        if (received >= whole) return;
        transfer.end();
        if (!early) await how.turn(signal);
      } catch (reason) {
        if (signal.aborted || reason instanceof Refused || reason instanceof DOMException) throw reason;
        early = null; // it would leave a gap
        await backOff(failures++, signal);
      } finally {
        transfer.end();
      }
    }
  }

  // `piece`: bytes; 0 for all that is left.
  private async open(url: string, from: number, piece: number, signal: AbortSignal): Promise<Response> {
    const until = piece > 0 ? from + piece - 1 : '';
    for (let tries = 0; ; ++tries) {
      let answer: Response | null = null;
      try {
        answer = await fetch(tries & 1 ? `${url}${kAgain}` : url, { signal, headers: from || piece ? { Range: `bytes=${from}-${until}` } : {} });
      } catch (reason) {
        if (signal.aborted) throw reason; // else: no network, which passes
      }
      if (answer?.ok || (answer?.status === 416 && from > 0)) return answer;
      if (answer && answer.status < 500 && answer.status !== 429 && tries + 1 >= kTries) throw new Refused(`${url}: ${answer.status}`);
      await backOff(tries, signal);
    }
  }

  // Whoever interrupts waits for the same end of what is under way: after it this begins nothing more, which he would run into.
  private async put(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.idle(signal);
    try {
      this.buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
    } catch (reason) {
      if ((reason as DOMException).name !== 'QuotaExceededError') throw reason;
      await this.forget(5, signal);
      this.buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
    }
    await this.idle(signal);
    if (this.buffer.buffered.length && this.buffer.buffered.start(0) < this.video.currentTime - 2 * kBehind) await this.forget(kBehind, signal);
  }

  private async forget(behind: number, signal: AbortSignal): Promise<void> {
    const until = this.video.currentTime - behind;
    if (until <= 0) return;
    this.buffer.remove(0, until);
    await this.idle(signal);
  }

  private async idle(signal?: AbortSignal): Promise<void> {
    if (this.buffer.updating) await new Promise<void>((done) => this.buffer.addEventListener('updateend', () => done(), { once: true }));
    if (signal?.aborted) throw signal; // which append() looks at
  }
}

class Refused extends Error {}

// Bytes of the file that an answer is all or a part of (RFC 9110 14.4); 0 where it does not say.
const wholeLength = (answer: Response): number =>
  answer.status === 206 ? Number(answer.headers.get('Content-Range')?.split('/')[1]) || 0 : 0;

const backOff = (failures: number, signal: AbortSignal) => pause(kFirstRetryMs << Math.min(failures, kDoublings), signal);

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, stop) => {
    const interrupted = () => {
      clearTimeout(timer);
      stop(new DOMException('', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', interrupted);
      done();
    }, ms);
    signal.addEventListener('abort', interrupted, { once: true });
  });
}
