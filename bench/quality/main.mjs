// ./chalk bench quality: bits against quality for every rung, ours and the peer's. Leaves
// bench/results/quality.{json,md} and one quality-NAME.svg per lesson.
import { namedFile, readArguments } from '../support/arguments.mjs';
import { sampleLesson } from '../support/lesson.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';
import { picture } from '../support/svg.mjs';
import { bdRate } from './bd_rate.mjs';
import { scoredLadders } from './ladders.mjs';

const options = readArguments('quality: bits against VMAF, SSIM and PSNR, and BD-rate against the peer\'s ladder', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  seconds: { default: '30', help: 'how much of each lesson to compare' },
  'vmaf-model': { help: 'VMAF model (.pkl); without it SSIM and PSNR only' },
});
const lessons = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];
const metrics = ['ssim', 'psnr', ...(options['vmaf-model'] ? ['vmaf'] : [])];
const results = [];
const pictures = {};
let markdown = '# Quality for bits\n\n"-30 %" in the BD-rate means: the same quality for 30 % fewer bits of picture than the peer\'s ladder needs.\n';
for (const { name, path } of lessons) {
  const ladders = await scoredLadders(name, path, { seconds: options.seconds, model: options['vmaf-model'] });
  const curve = (list, metric) => list.map((r) => ({ kbps: r.kbps, quality: r[metric] }));
  const bd = Object.fromEntries(metrics.map((metric) => [metric, bdRate(curve(ladders.theirs, metric), curve(ladders.ours, metric))]));
  results.push({ ...ladders, bd_rate: bd });
  const rows = [...ladders.ours.map((r) => ['ours', r]), ...ladders.theirs.map((r) => ['peer', r])].map(([whose, r]) => [
    whose, r.name, r.height, show(r.kbps), ...(options['vmaf-model'] ? [show(r.vmaf), show(r.vmaf_p5)] : []), show(r.ssim, 4), show(r.psnr, 2),
  ]);
  markdown += `\n## ${name}\n\nBD-rate: ${metrics.map((m) => `${m.toUpperCase()} ${Number.isFinite(bd[m]) ? `${show(bd[m] * 100)} %` : 'the curves share no quality'}`).join(', ')}\n\n${table(['', 'rung', 'height', 'kbit/s', ...(options['vmaf-model'] ? ['VMAF', 'worst 5 %'] : []), 'SSIM', 'PSNR'], rows)}`;
  const shown = metrics[metrics.length - 1] === 'vmaf' ? 'vmaf' : 'ssim';
  const points = (list) => list.map((r) => [r.kbps, r[shown]]).sort((a, b) => a[0] - b[0]);
  const all = [...points(ladders.ours), ...points(ladders.theirs)];
  pictures[`quality-${name}`] = picture({
    title: `${name}: ${shown.toUpperCase()} for bits`, xLabel: 'kbit/s of picture, containers included', height: 300,
    x: { low: Math.min(...all.map(([x]) => x)) * 0.9, high: Math.max(...all.map(([x]) => x)) * 1.1, log: true },
    panels: [{
      title: shown.toUpperCase(), low: Math.min(...all.map(([, y]) => y)) * 0.98, high: shown === 'vmaf' ? 100 : 1,
      series: [{ name: 'Chalkline', points: points(ladders.ours), dots: true }, { name: 'peer', points: points(ladders.theirs), dots: true }],
    }],
  });
}
writeResults('quality', { json: { ...circumstances(), seconds: Number(options.seconds), lessons: results }, markdown, pictures });
process.stdout.write(markdown);
