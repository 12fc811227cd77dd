// Counts what this page load really cost, from Resource Timing: the browser reports every playlist and segment, whichever
// engine asked for it, and 0 bytes for what came out of its cache. From the segments' addresses it also knows which rung
// is being fetched, which no native player tells.

export interface Fetched {
  rung: string; // "video/1"
  at: number; // ms since the page began
}

export interface Usage {
  readonly bytes: number;
  readonly rungs: Fetched[]; // one entry per change
  readonly bitsPerSecond: number; // of the last segments that came over the network; 0 while unknown
}

const kSegment = /\/((?:video|audio)\/[^/]+)\/\d+\.m4s$/;
const kKept = 0.75; // of what is known of the link, with each segment that comes: newer ones know more

export function watchUsage(changed: (usage: Usage) => void): Usage {
  const usage = { bytes: 0, rungs: [] as Fetched[], bitsPerSecond: 0 };
  let bits = 0;
  let ms = 0;

  function count(entry: PerformanceResourceTiming): void {
    usage.bytes += entry.transferSize;
    const segment = kSegment.exec(new URL(entry.name).pathname);
    if (!segment?.[1]) return;
    if (entry.transferSize > 0 && entry.duration > 0) {
      bits = bits * kKept + entry.encodedBodySize * 8;
      ms = ms * kKept + entry.duration;
      usage.bitsPerSecond = (bits * 1000) / ms;
    }
    const rung = segment[1];
    if (rung.startsWith('video/') && usage.rungs[usage.rungs.length - 1]?.rung !== rung) usage.rungs.push({ rung, at: entry.startTime });
  }

  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  usage.bytes += page?.transferSize ?? 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) count(entry as PerformanceResourceTiming);
    changed(usage);
  }).observe({ type: 'resource', buffered: true });
  return usage;
}
