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
const kRemembered = 4; // segments that the throughput is taken from: newer ones know more

export function watchUsage(changed: (usage: Usage) => void): Usage {
  const usage = { bytes: 0, rungs: [] as Fetched[], bitsPerSecond: 0 };
  const recent: { bits: number; seconds: number }[] = [];

  function count(entry: PerformanceResourceTiming): void {
    usage.bytes += entry.transferSize;
    const segment = kSegment.exec(new URL(entry.name).pathname);
    if (!segment?.[1]) return;
    if (entry.encodedBodySize > 0 && entry.transferSize > 0 && entry.duration > 0) {
      recent.push({ bits: entry.encodedBodySize * 8, seconds: entry.duration / 1000 });
      if (recent.length > kRemembered) recent.shift();
      usage.bitsPerSecond = recent.reduce((sum, r) => sum + r.bits, 0) / recent.reduce((sum, r) => sum + r.seconds, 0);
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
