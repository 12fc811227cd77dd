// ./chalk bench learner --part long: minutes of play behind each link, ours and, where the link is a trace, hls.js at its defaults with the
// very same files of the lesson, at the same time: what the two choose is all that differs. Leaves bench/results/learner-long.{json,md} and
// a picture of each visit in bench/results/runs/. Loaded by main.mjs.
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { peerPage, startNginx } from '../peers/site.mjs';
import { rungsOfVersion } from '../quality/rungs.mjs';
import { score } from '../quality/score.mjs';
import { linkFrom, namedFile, readArguments } from '../support/arguments.mjs';
import { loadRange, unfitWords } from '../support/fitness.mjs';
import { givenOrMade, kLibraryOption, serveLibrary } from '../support/lesson.mjs';
import { looped } from '../support/loop.mjs';
import { probe } from '../support/probe.mjs';
import { circumstances, kResults, median, show, table, writeResults } from '../support/results.mjs';
import { workFolder } from '../support/work.mjs';
import { measure } from './measure.mjs';
import { pictureOf } from './picture.mjs';
import { mediaOfLibrary } from './playlists.mjs';

const options = readArguments('learner --part long: minutes of play, ours and hls.js at its defaults with the same files', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; a shorter recording is repeated, end to end' },
  library: kLibraryOption,
  link: { multiple: true, help: 'a profile, or NAME=TRACE; may be repeated' },
  metered: { type: 'boolean', help: 'the browser tells its pages that bytes are dear, as a phone on mobile data does' },
  as: { default: '', help: 'a word for this run: leaves learner-long-WORD, with it in the title' },
  skip: { multiple: true, help: 'LESSON@LINK that is not to be run' },
  seconds: { default: '600', help: 'media seconds to watch' },
  limit: { default: '700', help: 'wall seconds a visit may take' },
  rounds: { default: '1', help: 'visits of each kind, one after the other: the table has their medians' },
  parallel: { default: '4', help: 'visits at once, each behind a link of its own' },
  'vmaf-model': { help: 'VMAF model (.pkl): adds the mean VMAF of what was shown' },
  'score-seconds': { default: '30', help: 'how much of each lesson VMAF is measured on' },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const links = (options.link ?? ['edge']).map((text) => ({ ...linkFrom(text), trace: text.includes('=') }));
const lessonOf = givenOrMade(options);
const say = (text) => console.error(`bench: ${text}`);

async function rungsWithVmaf(name, path, version) {
  if (!options['vmaf-model']) return [];
  const facts = await probe(path);
  const span = Math.min(Number(options['score-seconds']), facts.duration);
  const { rungs } = await rungsOfVersion(version, workFolder(`quality/${name}`), span);
  for (const rung of rungs) Object.assign(rung, await score({ distorted: rung.file, source: path, facts, seconds: span, model: options['vmaf-model'] }));
  return rungs;
}

// A version works on any static server: its files and a page with hls.js, which has its own defaults.
async function serveDefaults(name, version) {
  const root = workFolder(`defaults-${name}`);
  writeFileSync(`${root}/index.html`, peerPage('v/multivariant.m3u8'));
  copyFileSync('node_modules/hls.js/dist/hls.min.js', `${root}/hls.js`);
  symlinkSync(resolve(version), `${root}/v`);
  const { renditions } = JSON.parse(readFileSync(`${version}/index.json`, 'utf8'));
  const server = await startNginx({ name: `defaults-${name}`, root, urgent: true });
  return { server, media: renditions.map((r) => ({ path: `/v/${r.playlist}`, track: r.kind, rung: r.id })) };
}

async function prepare({ name, path: source }) {
  say(`${name}: making it ready`);
  const path = await looped(source, seconds);
  const { library, lesson, version: id } = await lessonOf(name, path);
  const version = `${library}/versions/${id}`;
  const rungs = await rungsWithVmaf(name, path, version);
  const ours = await serveLibrary(library);
  const theirs = await serveDefaults(name, version);
  return {
    name, seconds: Math.min(seconds, (await probe(path)).duration - 0.5), stop: () => Promise.all([ours.stop(), theirs.server.stop()]),
    sites: {
      ours: { port: ours.port, path: `/watch/${lesson}`, media: mediaOfLibrary(library), rungs },
      'hls.js': { port: theirs.server.port, path: '/', media: theirs.media, rungs },
    },
  };
}

// Browsers that start at the same moment would slow one another down.
const kApart = 6000;
let nextStart = 0;
async function startTurn() {
  const at = Math.max(Date.now(), nextStart);
  nextStart = at + kApart;
  await wait(at - Date.now());
}

const rows = [];
const kindOf = ({ lesson, link, site }) => `${lesson} ${link} ${site}`;
function report() {
  const visits = rows.filter(({ figures }) => figures);
  const done = [...new Set(visits.map(kindOf))].map((kind) => {
    const some = visits.filter((row) => kindOf(row) === kind);
    const [{ lesson, link, site }] = some;
    const of = (key, scale = 1, digits = 1) => show(median(some.map(({ figures }) => figures[key])) / scale, digits);
    return [
      lesson, link, `${site}${some.some(({ fitness }) => fitness.unfit.length) ? ' (unfit)' : ''}`, of('first_frame_s'), of('stalls', 1, 0), of('stalled_s'), of('held_s'), of('played_s', 1, 0), of('mean_height', 1, 0), of('mean_video_kbps'),
      of('mean_vmaf'), of('wire_bytes', 1e6, 2), of('wasted_bytes', 1000, 0),
    ];
  });
  const lost = rows.filter(({ failed }) => failed).map(({ lesson, link, site, failed }) => `\n${lesson} behind ${link}, ${site}, came to nothing: ${failed}\n`).join('');
  const markdown = `# ${Math.round(seconds / 60)} minutes of play${options.as ? `: ${options.as}` : ''}

Ours, and on recorded links hls.js at its defaults with the same files, side by side${options.metered ? ', in a browser that tells its pages that bytes are dear' : ''}. Load of the machine meanwhile: ${loadRange(visits.flatMap(({ fitness }) => fitness.load))}, ${options.parallel} visits at once.${rounds > 1 ? ` Medians of ${rounds} visits each.` : ''}

${table(['lesson', 'link', '', 'first frame, s', 'waits', 'waited, s', 'held, s', 'played, s', 'mean height', 'picture kbit/s', 'mean VMAF', 'MB on the link', 'not played, kB'], done)}${unfitWords(visits.map(({ lesson, link, site, fitness }) => ({ names: [lesson, link, site], fitness })))}${lost}`;
  const json = { ...circumstances(), seconds, parallel: Number(options.parallel), metered: Boolean(options.metered), visits: visits.map(({ lesson, link, site, round, figures, fitness }) => ({ lesson, link, site, round, fitness, ...figures })) };
  writeResults(`learner-long${options.as ? `-${options.as}` : ''}`, { json, markdown });
  return markdown;
}

async function one(row) {
  await startTurn();
  const label = `long-${row.lesson}-${row.link}-${row.site.replace('.', '')}${row.round > 1 ? `-${row.round}` : ''}`;
  const result = await measure({ site: row.where, link: row.how, label, metered: options.metered, visits: [{ seconds: row.seconds, limit: Number(options.limit) }] });
  [row.figures] = result.visits;
  row.fitness = result.fitness;
  writeFileSync(`${kResults}/runs/${label}.svg`, pictureOf(`${row.lesson} behind ${row.link}, ${row.site}`, result.raw[0], result.samples, row.figures));
  const { first_frame_s, stalls, stalled_s, mean_vmaf, wire_bytes } = row.figures;
  say(`${label}: first frame ${show(first_frame_s)} s, ${stalls} waits of ${show(stalled_s)} s, VMAF ${show(mean_vmaf)}, ${show(wire_bytes / 1e6, 2)} MB${row.fitness.unfit.length ? `; unfit: ${row.fitness.unfit.join(', ')}` : ''}`);
  report();
}

mkdirSync(`${kResults}/runs`, { recursive: true });
const lessons = [];
for (const each of (options.lesson ?? []).map(namedFile)) lessons.push(await prepare(each));
for (let round = 1; round <= rounds; ++round)
  for (const lesson of lessons)
    for (const link of links)
      for (const site of link.trace ? ['ours', 'hls.js'] : ['ours'])
        if (!options.skip?.includes(`${lesson.name}@${link.name}`)) rows.push({ lesson: lesson.name, link: link.name, site, round, how: link, where: lesson.sites[site], seconds: lesson.seconds });
const waiting = rows[Symbol.iterator]();
await Promise.all(Array.from({ length: Number(options.parallel) }, async () => {
  for (const row of waiting) {
    await one(row).catch((problem) => {
      row.failed = problem.message;
      say(`${row.lesson} behind ${row.link}, ${row.site}: ${row.failed}`);
    });
  }
}));
for (const lesson of lessons) await lesson.stop();
process.stdout.write(report());
if (rows.some(({ failed }) => failed)) process.exitCode = 1;
