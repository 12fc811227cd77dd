// A weak line for the lesson in the preview's frame: what its player fetches comes at the line's rate and after its round trip, however
// fast the studio's own line is, and is counted. The figures are WebPageTest's, as in bench/weaklink. Only what the player fetches is held
// back; the page itself is there at once, and counted, and its player is told that it came over the weak line.
export interface Link {
  id: string;
  kbps: number;
  roundTripMs: number;
  effectiveType: string; // as navigator.connection has it
}

export const kLinks: Link[] = [
  { id: 'gprs', kbps: 50, roundTripMs: 500, effectiveType: 'slow-2g' },
  { id: 'edge', kbps: 240, roundTripMs: 840, effectiveType: '2g' },
  { id: '3g-slow', kbps: 400, roundTripMs: 400, effectiveType: '3g' },
];

const kHeadBytes = 300; // of an answer, about
const kPieceMs = 40;

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, Math.max(0, ms)));

export class Line {
  bytes = 0;
  #free = 0; // when the last byte that was promised is through

  constructor(readonly link: Link) {}

  // Resolves when they are through; several answers share the line piece by piece.
  async carry(bytes: number): Promise<void> {
    const now = performance.now();
    this.#free = Math.max(this.#free, now) + (bytes * 8) / this.link.kbps;
    await wait(this.#free - now);
    this.bytes += bytes;
  }

  // `real`: the frame's own.
  over(real: typeof fetch): typeof fetch {
    const most = Math.max(256, Math.round((this.link.kbps * kPieceMs) / 8));
    return async (input, init) => {
      await wait(this.link.roundTripMs);
      const answer = await real(input, init);
      await this.carry(kHeadBytes);
      const reader = answer.body?.getReader();
      if (!reader) return answer;
      let rest = new Uint8Array(0);
      const body = new ReadableStream<Uint8Array>(
        {
          pull: async (to) => {
            while (rest.length === 0) {
              const { done, value } = await reader.read();
              if (done) return to.close();
              rest = value;
            }
            const piece = rest.subarray(0, most);
            rest = rest.subarray(piece.length);
            await this.carry(piece.length);
            to.enqueue(piece);
          },
          cancel: (why) => reader.cancel(why),
        },
        { highWaterMark: 0 },
      );
      return new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
    };
  }

  #asItCame(page: PerformanceNavigationTiming): PerformanceNavigationTiming {
    const { requestStart, encodedBodySize } = page;
    const responseStart = requestStart + this.link.roundTripMs;
    const transferSize = encodedBodySize + kHeadBytes; // also where the browser had it already
    return { ...(page.toJSON() as PerformanceNavigationTiming), transferSize, responseStart, responseEnd: responseStart + (encodedBodySize * 8) / this.link.kbps };
  }

  // Before Play is pressed nothing of the lesson is fetched, so that its frame can be told of the line once it is there.
  hold(frame: Window & typeof globalThis): void {
    frame.fetch = this.over(frame.fetch.bind(frame));
    const told = { effectiveType: this.link.effectiveType, downlink: this.link.kbps / 1000, rtt: this.link.roundTripMs, type: 'cellular', saveData: false, addEventListener: () => undefined };
    Object.defineProperty(frame.navigator, 'connection', { value: told, configurable: true });
    // From how the page came the player takes its first rate.
    const { performance } = frame;
    const entries = performance.getEntriesByType.bind(performance);
    performance.getEntriesByType = (type) => (type === 'navigation' ? entries(type).map((page) => this.#asItCame(page as PerformanceNavigationTiming)) : entries(type));
  }
}

// What the page itself weighs, as a first visit pays for it.
export function pageBytes(frame: Window): number {
  const entries = [...frame.performance.getEntriesByType('navigation'), ...frame.performance.getEntriesByType('resource')] as PerformanceResourceTiming[];
  return entries.filter(({ initiatorType }) => initiatorType !== 'fetch').reduce((sum, one) => sum + one.encodedBodySize + kHeadBytes, 0);
}
