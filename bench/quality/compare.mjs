// Scored ladders to figures and words: one ladder of ours per codec against the peer's. Pure.
import { show, table } from '../support/results.mjs';
import { bdRate, costAtQuality } from './bd_rate.mjs';

export const kMetrics = ['vmaf', 'ssim', 'psnr'];

const curveOf = (rungs, metric) => rungs.map((r) => ({ kbps: r.kbps, quality: r[metric] }));

// {codec: {metric: {bd_rate (NaN where undefined), points: [{name, rate, bound}]}}}, for the metrics that were measured.
export function compare({ ours, theirs }) {
  const result = {};
  for (const codec of [...new Set(ours.map((r) => r.codec))]) {
    const rungs = ours.filter((r) => r.codec === codec);
    result[codec] = {};
    for (const metric of kMetrics.filter((m) => Number.isFinite(theirs[0]?.[m])))
      result[codec][metric] = {
        bd_rate: bdRate(curveOf(theirs, metric), curveOf(rungs, metric)),
        points: rungs.map((r) => ({ name: r.name, ...costAtQuality(curveOf(theirs, metric), { kbps: r.kbps, quality: r[metric] }) })),
      };
  }
  return result;
}

// Names of rungs that another rung of the same codec beats in bits and in every measured quality.
export function beaten(rungs) {
  return rungs.filter((r) => rungs.some((o) => o !== r && o.codec === r.codec && o.kbps <= r.kbps && kMetrics.every((m) => !Number.isFinite(r[m]) || o[m] >= r[m])
    && (o.kbps < r.kbps || kMetrics.some((m) => o[m] > r[m])))).map((r) => r.name);
}

const percent = (rate) => `${rate > 0 ? '+' : ''}${show(rate * 100)} %`;
const kBounds = { above: ' (or better: the peer has nothing as good)', below: ' (the peer has nothing as bad: not comparable)' };

export function lines(ladders) {
  const figures = compare(ladders);
  let text = '';
  for (const [codec, metrics] of Object.entries(figures)) {
    const rates = Object.entries(metrics).map(([metric, { bd_rate: rate }]) => `${metric.toUpperCase()} ${Number.isFinite(rate) ? percent(rate) : 'undefined (the curves share too little)'}`);
    text += `BD-rate of ${codec}: **${rates[0]}**${rates.length > 1 ? `, ${rates.slice(1).join(', ')}` : ''}\n`;
    const [metric, { points }] = Object.entries(metrics)[0];
    for (const p of points) text += `- ${p.name}: ${percent(p.rate)} against the peer at the same ${metric.toUpperCase()}${kBounds[p.bound] ?? ''}\n`;
  }
  const worse = beaten(ladders.ours);
  if (worse.length) text += `- beaten in bits and quality by another rung of the same ladder: ${worse.join(', ')}\n`;
  return text;
}

export function rungTable({ ours, theirs }) {
  const measured = kMetrics.filter((m) => Number.isFinite(theirs[0]?.[m]));
  const vmaf = measured.includes('vmaf');
  const head = ['', 'rung', 'codec', 'height', 'frames/s', 'kbit/s', ...(vmaf ? ['VMAF', 'worst 5 %'] : []), 'SSIM', 'PSNR'];
  const row = (whose) => (r) => [whose, r.name, r.codec, r.height, show(r.fps), show(r.kbps), ...(vmaf ? [show(r.vmaf), show(r.vmaf_p5)] : []), show(r.ssim, 4), show(r.psnr, 2)];
  const sorted = (list) => [...list].sort((a, b) => (a.codec === b.codec ? a.kbps - b.kbps : a.codec < b.codec ? -1 : 1));
  return table(head, [...sorted(ours).map(row('ours')), ...sorted(theirs).map(row('peer'))]);
}

