// Whether a measurement can be believed: a busy machine makes the emulator late and the browser slow, and what is then
// measured is the machine. Pure but for the load average.
import { loadavg } from 'node:os';

const kLateShare = 0.01;    // of packets that the emulator held up by more than 20 ms
const kLateMaxMs = 250;     // one packet, once
const kStarvedShare = 0.02; // of the visit, in which the page's own clock did not tick

// The load average of the last minute, and several as a text says them.
export const load = () => Number(loadavg()[0].toFixed(2));
export const loadRange = (loads) => `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;

// visits: [{names: ['slides', 'edge'], fitness}]. What a text says below its table of those that are unfit, and why; nothing where none is.
export function unfitWords(visits) {
  const lines = visits.filter(({ fitness }) => fitness.unfit.length).map(({ names, fitness }) => `- ${names.join(', ')}: ${fitness.unfit.join('; ')}\n`);
  return lines.length ? `\nThe machine was late in these:\n\n${lines.join('')}` : '';
}

// Seconds in which a page that should sample itself each 100 ms did not for over 250, beyond those 100.
export function starvedSeconds(samples) {
  let sum = 0;
  for (let i = 1; i < samples.length; i++) {
    const gap = samples[i][0] - samples[i - 1][0];
    if (gap > 250) sum += (gap - 100) / 1000;
  }
  return sum;
}

// report: weaklink's; visits: raw ones, with their samples. {late_max_ms, late_share, starved_s, unfit: [reasons]}
export function fitnessOf(report, visits) {
  const ways = [report.down, report.up];
  const sum = (key) => ways.reduce((total, way) => total + way[key], 0);
  const late_max_ms = Math.max(...ways.map((way) => way.late_max_ms));
  const late_share = sum('late_packets') / Math.max(1, sum('delivered_packets'));
  const starved_s = visits.reduce((total, visit) => total + starvedSeconds(visit.lab.samples), 0);
  const seconds = visits.reduce((total, visit) => total + (visit.left - visit.began) / 1000, 0);
  const unfit = [];
  if (late_share > kLateShare) unfit.push(`${(late_share * 100).toFixed(1)} % of packets were late`);
  if (late_max_ms > kLateMaxMs) unfit.push(`a packet was ${late_max_ms.toFixed(0)} ms late`);
  if (starved_s > seconds * kStarvedShare) unfit.push(`the browser stood still for ${starved_s.toFixed(1)} s`);
  return { late_max_ms, late_share, starved_s, unfit };
}
