// What the link carries, measured over all transfers of the page together: the bytes that came while at least one of them was
// receiving, against that time. The wait for a first byte is kept apart, because on EDGE it is most of a small segment's
// time and says nothing about the rate. Pure but for the clock that is handed in.

const kSampleMs = 250; // shorter spells are joined to the next: a burst out of a buffer is no rate
const kHalfLife = 5; // seconds of receiving after which a measurement counts half
const kWaits = 8; // the shortest of the last ones is the link's; the others stood in its queue
const kAtOnceMs = 40; // what takes no longer may have come out of a cache
const kLifts = 32; // transfers after which what is trusted has come near to `rate`, also on a line too quick to be measured
const kUnknown = 150_000; // bit/s: EDGE

// Of a transfer: numbers, in fewer bytes of the page.
const kWaiting = 0;
const kReceiving = 1;
const kEnded = 2;

export interface Transfer {
  wanted(): void; // from here on it is what is waited for: a wait before was another file's
  received(bytes: number): void; // a piece has come
  end(): void; // no more will come
}

export interface Throughput {
  readonly rate: number; // bit/s
  readonly steady: number; // bit/s that it is trusted to carry all the time: a mean of square roots, in which a burst does not make up for what is missing
  readonly wait: number; // seconds from a request to its first byte
  readonly measured: boolean; // false: `rate` is what was guessed at first
  begin(): Transfer;
}

export function makeThroughput(guess: number, now: () => number = () => performance.now()): Throughput {
  let rate = guess || kUnknown;
  let root = Math.sqrt(rate * 0.3); // of `steady`; what was guessed is believed little by little
  const waits: number[] = [];
  let weight = 0; // seconds of receiving behind `rate`
  let receiving = 0; // transfers
  let since = 0;
  let bits = 0;

  function sample(): void {
    const ms = now() - since;
    if (ms < kSampleMs) return;
    const seconds = ms / 1000;
    const share = 0.5 ** (seconds / kHalfLife);
    const kept = weight * share;
    root += (Math.sqrt(bits / seconds) - root) * (1 - share);
    rate = (rate * kept + bits) / (kept + seconds);
    weight = kept + seconds;
    bits = 0;
    since = now();
  }

  return {
    get rate() { return rate; },
    get steady() { return root * root; },
    get wait() { return waits.length ? Math.min(...waits) : 0.3; },
    get measured() { return weight > 0; },
    begin() {
      const asked = now();
      let begun = asked; // to wait for it
      let all = 0;
      let state = kWaiting;
      return {
        wanted() { begun = now(); },
        received(bytes) {
          all += bytes;
          if (state === kWaiting) {
            state = kReceiving;
            waits.push((now() - begun) / 1000);
            if (waits.length > kWaits) waits.shift();
            // What came with the first piece was on its way while nobody looked, unless another transfer was receiving.
            if (receiving++ === 0) {
              since = now();
              bits = 0;
              return;
            }
          }
          bits += bytes * 8;
          sample();
        },
        end() {
          if (state === kReceiving && --receiving === 0) sample();
          state = kEnded;
          // Short transfers give no sample; the link carries no less than they had, and what an outage left behind is lifted by them.
          const ms = now() - asked;
          if (ms < kAtOnceMs) return;
          rate = Math.max(rate, Math.min(2 * rate, (all * 8000) / ms));
          root += (Math.sqrt(rate) - root) / kLifts;
        },
      };
    },
  };
}

// bit/s, from how the page itself came; 0 where that tells nothing (from the cache, or all at once).
export function rateOfPage(page: PerformanceNavigationTiming | undefined): number {
  const kFirstPacket = 1400; // bytes that are there when the response starts
  if (!page?.transferSize) return 0;
  const ms = page.responseEnd - page.responseStart;
  const bytes = page.encodedBodySize - kFirstPacket;
  if (bytes < 2 * kFirstPacket) return 0;
  return Math.min(5e6, (bytes * 8000) / Math.max(ms, 1)) * 0.7;
}
