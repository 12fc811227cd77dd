// ./chalk bench peers: the same lessons, links and learner; ours and an ordinary site in turn (A B, then B A), the median of
// the rounds. Leaves bench/results/peers.{json,md} and a picture of the last round of each pair.
import { linkFrom, namedFile, readArguments } from '../support/arguments.mjs';
import { addLesson, sampleLesson, serveLibrary } from '../support/lesson.mjs';
import { circumstances, median, show, table, writeResults } from '../support/results.mjs';
import { measure } from '../learner/measure.mjs';
import { pictureOf } from '../learner/picture.mjs';
import { scoredLadders } from '../quality/ladders.mjs';
import { makeLadder } from './ladder.mjs';
import { servePeer } from './site.mjs';

const options = readArguments('peers: ours against nginx, PeerTube\'s ladder and hls.js light, for the same learner behind the same link', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  link: { multiple: true, help: 'a profile, or NAME=TRACE; may be repeated (default gprs, edge, 3g-slow)' },
  seconds: { default: '60', help: 'media seconds to watch, at most the lesson\'s' },
  limit: { default: '240', help: 'wall seconds a visit may take' },
  rounds: { default: '1', help: 'how often each pair is run' },
  'vmaf-model': { help: 'VMAF model (.pkl): adds the mean VMAF of what was shown' },
  'score-seconds': { default: '30', help: 'how much of each lesson VMAF is measured on' },
});
const lessons = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];
const links = (options.link ?? ['gprs', 'edge', '3g-slow']).map(linkFrom);
const rounds = Number(options.rounds);

// Mean over the played time of the shown rung's VMAF; rungs are told apart by their heights.
function meanVmaf(raw, rungs) {
  const score = new Map(rungs.map((r) => [r.height, r.vmaf]));
  let sum = 0;
  let played = 0;
  const { samples } = raw.lab;
  for (let i = 1; i < samples.length; i++) {
    const step = Math.max(0, samples[i][1] - samples[i - 1][1]);
    const value = score.get(samples[i][5]);
    if (value === undefined || step > 2) continue;
    sum += value * step;
    played += step;
  }
  return played > 0 ? sum / played : NaN;
}

const kFigures = ['mb_per_hour', 'first_frame_s', 'first_sound_s', 'press_to_frame_s', 'bytes_to_first_frame', 'stalls', 'stalled_s', 'mean_height', 'media_kbps', 'wasted_bytes', 'played_s', 'mean_vmaf'];
const results = [];
const pictures = {};
for (const lesson of lessons) {
  const added = await addLesson(lesson.name, lesson.path);
  const ladder = await makeLadder(lesson.path);
  const scores = options['vmaf-model'] ? await scoredLadders({ ...lesson, version: `${added.library}/versions/${added.version}`, seconds: options['score-seconds'], model: options['vmaf-model'] }) : null;
  const ours = await serveLibrary(added.library);
  const peer = await servePeer(ladder);
  const sites = [
    { name: 'ours', port: ours.port, path: `/watch/${added.lesson}`, rungs: scores?.ours ?? [] },
    { name: 'peer', port: peer.port, path: '/', rungs: scores?.theirs ?? [] },
  ];
  const visits = [
    { seconds: Math.min(Number(options.seconds), ladder.source.duration - 0.5), limit: Number(options.limit) },
    { seconds: 3, limit: Number(options.limit) },
  ];
  for (const link of links) {
    const runs = { ours: [], peer: [] };
    for (let round = 0; round < rounds; round++) {
      for (const site of round % 2 ? [...sites].reverse() : sites) {
        console.error(`bench: ${lesson.name}, ${link.name}, ${site.name}, round ${round + 1} of ${rounds}`);
        const label = `${site.name}-${lesson.name}-${link.name}`;
        const result = await measure({ site, link, visits, seed: round + 1, label });
        const [first, second] = result.visits;
        first.mean_vmaf = meanVmaf(result.raw[0], site.rungs);
        runs[site.name].push({ first, second });
        pictures[`peers-${lesson.name}-${link.name}-${site.name}`] = pictureOf(`${lesson.name} behind ${link.name}, ${site.name}`, result.raw[0], result.samples, first);
      }
    }
    for (const site of sites) {
      const figures = Object.fromEntries(kFigures.map((key) => [key, median(runs[site.name].map((r) => r.first[key]))]));
      figures.second_visit_first_frame_s = median(runs[site.name].map((r) => r.second.first_frame_s));
      figures.second_visit_bytes = median(runs[site.name].map((r) => r.second.bytes_to_first_frame));
      results.push({ lesson: lesson.name, link: link.name, site: site.name, ...figures, runs: runs[site.name] });
    }
  }
  await ours.stop();
  await peer.stop();
}

const rows = results.map((r) => [
  r.lesson, r.link, r.site, show(r.mb_per_hour), show(r.first_frame_s), show(r.second_visit_first_frame_s), show(r.bytes_to_first_frame / 1000, 0),
  show(r.stalls, 0), show(r.stalled_s), show(r.played_s, 0), show(r.mean_height, 0), show(r.mean_vmaf), show(r.wasted_bytes / 1000, 0),
]);
const head = ['lesson', 'link', 'site', 'MB/hour', 'first frame, s', 'second visit, s', 'to first frame, kB', 'waits', 'waited, s', 'played, s', 'mean height', 'mean VMAF', 'not played, kB'];
const worse = [];
for (let i = 0; i + 1 < results.length; i += 2) {
  const [a, b] = [results[i], results[i + 1]];
  const where = `${a.lesson} on ${a.link}`;
  const say = (key, text, digits = 1) => {
    const less = key !== 'mean_vmaf' && key !== 'played_s';
    if (Number.isFinite(a[key]) && Number.isFinite(b[key]) && (less ? a[key] > b[key] * 1.05 + 0.05 : a[key] < b[key] * 0.95 - 0.05)) worse.push(`- ${where}: ${text} ${show(a[key], digits)} against ${show(b[key], digits)}`);
  };
  say('mb_per_hour', 'MB/hour');
  say('first_frame_s', 'seconds to the first frame');
  say('second_visit_first_frame_s', 'seconds to the first frame of a second visit');
  say('stalled_s', 'seconds waited');
  say('wasted_bytes', 'bytes fetched and not played', 0);
  say('mean_vmaf', 'mean VMAF');
  say('played_s', 'seconds played in the time allowed', 0);
}
const errors = results.flatMap((r) => r.runs.flatMap((run) => [...run.first.errors, ...run.second.errors].map((e) => `- ${r.site}, ${r.lesson}, ${r.link}: ${e}`)));
const markdown = `# Ours and an ordinary site, the same learner behind the same link

Medians of ${rounds} round${rounds > 1 ? 's' : ''}; ${options.seconds} s of each lesson at most, within ${options.limit} s. MB/hour are all bytes on the link, both ways, for an hour of play.

${table(head, rows)}
## Where the peer is better

${worse.length ? worse.join('\n') : 'Nowhere in this run.'}
${errors.length ? `\n## Errors\n\n${[...new Set(errors)].join('\n')}\n` : ''}`;
writeResults('peers', { json: { ...circumstances(), rounds, seconds: Number(options.seconds), results }, markdown, pictures });
process.stdout.write(markdown);
