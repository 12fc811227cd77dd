// One picture of one visit: throughput, the rung by its bits and by its lines, buffer, and the waits across all of them. Pure.
import { picture } from '../support/svg.mjs';

export function pictureOf(title, visit, samples, summary) {
  const origin = visit.lab.origin;
  const end = (visit.left - origin) / 1000;
  const bins = new Map();
  for (let i = 1; i < samples.length; i++) {
    const second = Math.floor((samples[i].unix_ms - origin) / 1000);
    if (second < 0 || second > end) continue;
    bins.set(second, (bins.get(second) ?? 0) + samples[i].down_bytes - samples[i - 1].down_bytes);
  }
  const throughput = [...bins].sort((a, b) => a[0] - b[0]).map(([second, bytes]) => [second, (bytes * 8) / 1000]);
  const toEnd = (points) => (points.length ? [...points, [end, points[points.length - 1][1]]] : points);
  const heights = toEnd(summary.heights.map(({ at, height }) => [at, height]));
  const buffer = visit.lab.samples.filter((_, i) => i % 5 === 0).map(([at, , ahead]) => [at / 1000, ahead]);
  const bands = summary.stall_list.map(({ at, seconds }) => [at, at + seconds]);
  if (summary.first_frame_s > 0) bands.unshift([0, summary.first_frame_s]);
  return picture({
    title,
    xLabel: 'seconds since the page was asked for; red: nothing played',
    x: { low: 0, high: Math.max(end, 1) },
    panels: [
      { title: 'throughput', unit: 'kbit/s down', bands, series: [{ name: 'link', points: throughput, step: true }, { name: 'picture shown', points: toEnd(summary.shown_kbps), step: true }] },
      { title: 'rung', unit: 'lines', bands, series: [{ name: 'height shown', points: heights, step: true }] },
      { title: 'buffer', unit: 's ahead', bands, series: [{ name: 'buffered', points: buffer }] },
    ],
  });
}
