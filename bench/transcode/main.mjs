// ./chalk bench transcode: `chalkline transcode` against one ffmpeg process that makes the same rungs at the same settings from
// one decode (split filter), in turn A B A B. Leaves bench/results/transcode.{json,md}.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { namedFile, readArguments } from '../support/arguments.mjs';
import { costOf } from '../support/cost.mjs';
import { load, loadRange } from '../support/fitness.mjs';
import { sampleLesson } from '../support/lesson.mjs';
import { looped } from '../support/loop.mjs';
import { circumstances, median, show, table, writeResults } from '../support/results.mjs';
import { workFolder } from '../support/work.mjs';
import { ffmpegArguments } from './ffmpeg.mjs';

const options = readArguments('transcode: time, CPU and memory against ffmpeg making the same rungs at the same settings', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  config: { help: 'chalkline\'s configuration' },
  rounds: { default: '3', help: 'how often each is run' },
  seconds: { default: '0', help: 'a recording that is shorter is repeated, its packets copied: what planning takes does not grow with a lesson' },
  urgent: { type: 'boolean', help: 'run both before everything else on the machine (root): for a machine that is busy' },
});
const lessons = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];
const kWork = workFolder('transcode');

// x264's preset as configured, or as shipped.
function preset() {
  const text = options.config ? readFileSync(options.config, 'utf8') : '';
  const shipped = execFileSync(process.env.CHALKLINE, ['check-config', '--defaults'], { encoding: 'utf8' });
  const find = (yaml) => /^\s+x264_preset: (\S+)/m.exec(yaml)?.[1];
  return find(text) ?? find(shipped);
}

const json = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null);
const bytesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => sum + (entry.isFile() ? statSync(join(entry.path ?? folder, entry.name)).size : 0), 0);

const results = [];
for (const { name, path: given } of lessons) {
  const path = Number(options.seconds) > 0 ? await looped(given, Number(options.seconds)) : given;
  const version = `${kWork}/${name}-ours`;
  const out = `${kWork}/${name}-ffmpeg`;
  const runs = { ours: [], ffmpeg: [] };
  mkdirSync(out, { recursive: true });
  let index;
  for (let round = 0; round < Number(options.rounds); round++) {
    rmSync(version, { recursive: true, force: true });
    runs.ours.push({ load: load(), ...(await costOf(process.env.CHALKLINE, ['transcode', path, '--out', version, '--json', ...(options.config ? ['--config', options.config] : [])], { urgent: options.urgent })) });
    index = json(`${version}/index.json`);
    const args = ffmpegArguments({ index, plan: json(`${version}/analysis.json`), preset: preset(), path, out });
    runs.ffmpeg.push({ load: load(), ...(await costOf('ffmpeg', args, { urgent: options.urgent })) });
    console.error(`bench: ${name}, round ${round + 1}: ours ${show(runs.ours[round].wall_s)} s, ffmpeg ${show(runs.ffmpeg[round].wall_s)} s`);
  }
  const middle = (who, key) => median(runs[who].map((r) => r[key]));
  const ratio = (key) => median(runs.ours.map((r, i) => r[key] / runs.ffmpeg[i][key]));
  results.push({
    lesson: name, seconds: index.duration_ms / 1000, rungs: index.renditions.map((r) => r.id),
    ...Object.fromEntries(['ours', 'ffmpeg'].map((who) => [who, { wall_s: middle(who, 'wall_s'), cpu_s: middle(who, 'cpu_s'), peak_mb: middle(who, 'peak_mb') }])),
    ratio: { wall: ratio('wall_s'), cpu: ratio('cpu_s'), peak_memory: ratio('peak_mb') }, bytes: { ours: bytesIn(version), ffmpeg: bytesIn(out) }, runs,
  });
}
const rows = results.flatMap((r) => ['ours', 'ffmpeg'].map((who) => [
  r.lesson, who, show(r[who].wall_s), show(r[who].cpu_s), show(r.seconds / r[who].wall_s), show(r[who].peak_mb, 0), show(r.bytes[who] / 1e6, 2), ...(who === 'ours' ? [show(r.ratio.wall, 2), show(r.ratio.cpu, 2)] : ['', '']),
]));
const markdown = `# Transcoding, against ffmpeg making the same rungs

Medians of ${options.rounds}, in turn; the ratios are medians of each round's, ours to ffmpeg's (below 1 is quicker). Load of the machine meanwhile:
${loadRange(results.flatMap((r) => [...r.runs.ours, ...r.runs.ffmpeg].map((one) => one.load)))}: seconds are only comparable within this table. ffmpeg: one process, one decode, the split filter, each rung's size, preset, CRF, ceiling and
keyframes; it encodes every frame of the rung's rate, while ours leaves out what shows nothing new; it only writes files, while ours also plans, levels
the sound, and makes playlists, hashes and compressed copies.

${table(['lesson', '', 'wall, s', 'CPU, s', 'times real time', 'peak memory, MB', 'written, MB', 'wall, ours : ffmpeg', 'CPU'], rows)}`;
writeResults('transcode', { json: { ...circumstances(), results }, markdown });
process.stdout.write(markdown);
