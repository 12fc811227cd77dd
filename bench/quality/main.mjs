// ./chalk bench quality: bits against quality for every rung, ours and the peer's. Leaves
// bench/results/quality.{json,md} and one quality-NAME.svg per lesson.
import { existsSync } from 'node:fs';
import { namedFile, readArguments } from '../support/arguments.mjs';
import { improved, sampleLesson, transcoded } from '../support/lesson.mjs';
import { circumstances, show, writeResults } from '../support/results.mjs';
import { picture } from '../support/svg.mjs';
import { compare, lines, rungTable } from './compare.mjs';
import { scoredLadders } from './ladders.mjs';

const options = readArguments('quality: bits against VMAF, SSIM and PSNR, and BD-rate against the peer\'s ladder', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  version: { multiple: true, help: 'NAME=DIR (or DIR, with one lesson): score this version, made already, instead of making one' },
  av1: { type: 'boolean', help: 'with the saver ladder of the second stage (HEVC where --config says so), as a curve of its own' },
  config: { help: 'chalkline\'s configuration for the versions that are made here' },
  seconds: { default: '30', help: 'how much of the beginning of each lesson to compare; 0: all of it' },
  jobs: { default: '1', help: 'how many rungs to score at once' },
  'vmaf-model': { help: 'VMAF model (.pkl); without it SSIM and PSNR only' },
  results: { default: 'quality', help: 'the name of the files left in bench/results' },
});
const lessons = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];
const versions = new Map((options.version ?? []).map((text) => (existsSync(`${text}/index.json`) ? [lessons[0].name, text] : [namedFile(text).name, namedFile(text).path])));
const model = options['vmaf-model'];

function pictureOf(ladders) {
  const metric = model ? 'vmaf' : 'ssim';
  const points = (list) => list.map((r) => [r.kbps, r[metric]]).sort((a, b) => a[0] - b[0]);
  const codecs = [...new Set(ladders.ours.map((r) => r.codec))];
  const series = [...codecs.map((codec) => ({ name: codecs.length > 1 ? `Chalkline, ${codec}` : 'Chalkline', points: points(ladders.ours.filter((r) => r.codec === codec)), dots: true })),
    { name: 'peer', points: points(ladders.theirs), dots: true }];
  const all = series.flatMap((s) => s.points);
  return picture({
    title: `${ladders.name}: ${metric.toUpperCase()} for bits`, xLabel: 'kbit/s of picture, containers included', height: 300,
    x: { low: Math.min(...all.map(([x]) => x)) * 0.9, high: Math.max(...all.map(([x]) => x)) * 1.1, log: true },
    panels: [{ title: metric.toUpperCase(), low: Math.min(...all.map(([, y]) => y)) * 0.98, high: metric === 'vmaf' ? 100 : 1, series }],
  });
}

const results = [];
const pictures = {};
let markdown = '# Quality for bits\n\n"-30 %" means: the same quality for 30 % fewer bits of picture than the peer\'s ladder needs. Containers are included, sound is not.\n';
for (const { name, path } of lessons) {
  const usual = versions.get(name) ?? (await transcoded(path, options.config));
  const version = options.av1 ? await improved(path, usual, options.config) : usual;
  const progress = (r) => console.error(`bench: ${name}, ${r.name}: ${show(r.kbps)} kbit/s, ${model ? `VMAF ${show(r.vmaf)}, ` : ''}SSIM ${show(r.ssim, 4)}`);
  const ladders = await scoredLadders({ name, path, version, seconds: options.seconds, model, jobs: Number(options.jobs), progress });
  if (options.av1 && ladders.ours.every((r) => r.codec === 'h264')) markdown += `\n${name}: a saver ladder would not make it smaller by the probe encodes; no saver ladder.\n`;
  results.push({ ...ladders, version: versions.has(name) ? '' : version.split('/').pop(), against_peer: compare(ladders) });
  markdown += `\n## ${name}\n\n${lines(ladders)}\n${rungTable(ladders)}\nFirst ${show(ladders.seconds)} s. Sound: ${ladders.audio.map((a) => `${a.name} ${show(a.kbps)} kbit/s`).join(', ') || 'none'}; the peer's: ${show((ladders.facts.audio?.rate ?? 0) / 1000, 0)}.\n`;
  pictures[`${options.results}-${name}`] = pictureOf(ladders);
}
const plain = (r) => ({ ...r, ours: r.ours.map(({ file, ...rest }) => rest), theirs: r.theirs.map(({ file, ...rest }) => rest) });
writeResults(options.results, { json: { ...circumstances(), lessons: results.map(plain) }, markdown, pictures });
process.stdout.write(markdown);
