// What a lesson costs a learner, by the figures that the server has: each rung with the sound that goes with it, in MB an hour (the rule
// is the watch page's own), and the ladder that an ordinary site would have made of the same recording, where the planner measured it
// (analysis.json, docs/version-format.md). Pure.
import { hourMegabytes, type Lesson as Facts, ratesFor, soundWith } from '../../src/lesson';
import type { Lesson } from './api';

export interface Cost {
  name: string;
  kind: 'sound' | 'ours' | 'saver' | 'ordinary';
  codec?: string; // of the saver ladder's rungs
  mbAnHour: number;
  quality?: number | undefined; // 0 to 100, of the picture at the source's size, as the planner foretold it
}

interface Point {
  width: number;
  height: number;
  kbps?: number;
  quality?: number;
  expected_quality?: number;
}

export interface Analysis {
  ordinary?: Point[];
  rungs?: Point[];
}

// An ordinary site's sound is stereo AAC at this rate (PeerTube's encoder settings, as bench/ measures against).
const kOrdinarySoundKbps = 128;

// "av1" or "hevc"; "" where a lesson has no saver ladder.
export const saverCodec = (lesson: Lesson): string => lesson.renditions?.find((one) => one.kind === 'video' && one.codec !== 'h264')?.codec ?? '';

export function costsOf(lesson: Lesson, analysis: Analysis | undefined, saver: Analysis | undefined): Cost[] {
  if (!lesson.renditions) return [];
  const costs: Cost[] = [];
  const facts = lesson as unknown as Facts;
  const all = facts.renditions.filter((one) => one.kind === 'video');
  const sound = ratesFor(facts, 'opus', '')[0];
  if (sound) costs.push({ name: '', kind: 'sound', mbAnHour: hourMegabytes(sound) });
  for (const [codec, kind, plan] of [[saverCodec(lesson), 'saver', saver], ['h264', 'ours', analysis]] as const) {
    const pictures = all.filter((one) => one.codec === codec);
    const ladder: Facts = { ...facts, renditions: facts.renditions.filter((one) => one.kind === 'audio' || one.codec === codec) };
    for (const rung of pictures) {
      const planned = plan?.rungs?.find((point) => point.height === rung.height);
      const same = all.filter((one) => one.height === rung.height); // numbered as on the watch page
      const number = same.length > 1 ? ` ${same.indexOf(rung) + 1}` : '';
      costs.push({ name: `${rung.height ?? 0}p${number}`, kind, codec, mbAnHour: hourMegabytes(rung, soundWith(ladder, rung, 'opus', '')), quality: planned?.expected_quality });
    }
  }
  for (const point of analysis?.ordinary ?? [])
    costs.push({ name: `${point.height}p`, kind: 'ordinary', mbAnHour: (((point.kbps ?? 0) + kOrdinarySoundKbps) * 3600) / 8000, quality: point.quality });
  return costs;
}

// GPRS as bench/ has it carries 50 kbit/s; a fifth of that goes into headers and waits.
const k2gMbAnHour = (40 * 3600) / 8000;

// Whether a picture comes over 2G while it plays, and whether it is one on which a slide can be read.
const kReadable = 85;
export function on2g(costs: Cost[]): 'readable' | 'picture' | 'sound' {
  const fitting = costs.filter((cost) => (cost.kind === 'ours' || cost.kind === 'saver') && cost.mbAnHour <= k2gMbAnHour);
  if (fitting.some((cost) => (cost.quality ?? 0) >= kReadable)) return 'readable';
  return fitting.length ? 'picture' : 'sound';
}
