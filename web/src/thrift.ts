// Whether bytes are dear here, as the browser tells (Save-Data, mobile data), and what an automatic choice then stays below.
import { rungs } from './lesson';
import type { Lesson } from './lesson';

export interface NetworkInformation {
  effectiveType?: string; // "slow-2g", "2g", "3g" or "4g" (which includes everything faster, and not knowing)
  downlink?: number; // Mbit/s, a rounded estimate
  saveData?: boolean;
  type?: string; // "cellular", "wifi" ...; not everywhere
}

const kReadableSide = 360; // lines of the shorter side: as manifests/ has it for the variant to start with

export const connectionNow = (): NetworkInformation | undefined => (navigator as Navigator & { connection?: NetworkInformation }).connection;

// The learner has told the browser to spare bytes, or pays for each.
export const isMetered = (): boolean => connectionNow()?.saveData === true || connectionNow()?.type === 'cellular';

// bit/s, 0 for no cap: on a metered link the peak of the cheapest rung that can be read.
export function thriftyCap(lesson: Lesson | null): number {
  if (!lesson || !isMetered()) return 0;
  const all = rungs(lesson).sort((a, b) => a.average_bandwidth - b.average_bandwidth);
  const readable = all.find(({ width = 0, height = 0 }) => Math.min(width, height) >= kReadableSide) ?? all[all.length - 1];
  return readable?.peak_bandwidth ?? 0;
}
