// ./chalk bench peers: the same lessons, links and learner; ours and an ordinary site in turn (A B, then B A), the median of
// the rounds. Leaves bench/results/peers.{json,md,svg}, and a picture of each visit in bench/results/runs/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { linkFrom, namedFile, readArguments } from '../support/arguments.mjs';
import { load, loadRange } from '../support/fitness.mjs';
import { addLesson, sampleLesson, serveLibrary } from '../support/lesson.mjs';
import { looped } from '../support/loop.mjs';
import { circumstances, kResults, writeResults } from '../support/results.mjs';
import { measure } from '../learner/measure.mjs';
import { pictureOf } from '../learner/picture.mjs';
import { mediaOfLibrary, mediaOfPeer } from '../learner/playlists.mjs';
import { scoredLadders } from '../quality/ladders.mjs';
import { agreement, cellOf, flat, kSites, mainTable, whereThePeerWins } from './figures.mjs';
import { makeLadder } from './ladder.mjs';
import { peersPicture } from './picture.mjs';
import { servePeer } from './site.mjs';

const options = readArguments('peers: ours against nginx, PeerTube\'s ladder and hls.js light, for the same learner behind the same link', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  link: { multiple: true, help: 'a profile, or NAME=TRACE; may be repeated (default gprs, edge, 3g-slow)' },
  seconds: { default: '60', help: 'media seconds to watch' },
  loop: { default: '1.5', help: 'a recording shorter than this many visits is repeated end to end, its packets copied; 0: never' },
  limit: { default: '240', help: 'wall seconds a first visit may take; a second one, for its first frame, half of it' },
  rounds: { default: '1', help: 'how often each pair is run' },
  repeat: { type: 'boolean', help: 'run the whole twice and compare the two' },
  parallel: { default: '1', help: 'how many pairs to run at once, each behind a link of its own; 4 on two quiet cores' },
  'vmaf-model': { help: 'VMAF model (.pkl): adds the mean VMAF of what was shown' },
  'score-seconds': { default: '30', help: 'how much of each lesson VMAF is measured on' },
});
const given = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];
const links = (options.link ?? ['gprs', 'edge', '3g-slow']).map(linkFrom);
const [rounds, seconds, limit] = [Number(options.rounds), Number(options.seconds), Number(options.limit)];
const say = (text) => console.error(`bench: ${text}`);

// Everything that is made is made before anything is measured.
async function prepare({ name, path: source }) {
  const path = await looped(source, seconds * Number(options.loop));
  say(`${name}: making both ladders`);
  const { library, lesson, version: id } = await addLesson(name, path);
  const ladder = await makeLadder(path);
  const version = `${library}/versions/${id}`;
  const scores = options['vmaf-model'] ? await scoredLadders({ name, path, version, seconds: options['score-seconds'], model: options['vmaf-model'] }) : null;
  const ours = await serveLibrary(library);
  const peer = await servePeer(ladder, `peer-${name}`);
  return {
    name, seconds: Math.min(seconds, ladder.source.duration - 0.5), stop: () => Promise.all([ours.stop(), peer.stop()]),
    sites: [
      { name: 'ours', port: ours.port, path: `/watch/${lesson}`, media: mediaOfLibrary(library), rungs: scores?.ours },
      { name: 'peer', port: peer.port, path: '/', media: mediaOfPeer(ladder), rungs: scores?.theirs },
    ],
  };
}

// Browsers that start at the same moment would slow one another's first frame down: starts keep apart.
const kApart = 8000;
let nextStart = 0;
async function startTurn() {
  const at = Math.max(Date.now(), nextStart);
  nextStart = at + kApart;
  await wait(at - Date.now());
}

// One lesson behind one link, all rounds: {ours: [flat], peer: [flat]}.
async function pair(lesson, link, turn) {
  const runs = { ours: [], peer: [] };
  const visits = [{ seconds: lesson.seconds, limit }, { seconds: Math.min(3, lesson.seconds), limit: limit / 2 }];
  for (let round = 0; round < rounds; round++) {
    for (const site of round % 2 ? [...lesson.sites].reverse() : lesson.sites) {
      if (Number(options.parallel) > 1) await startTurn();
      const label = `${lesson.name}-${link.name}-${site.name}-${turn * rounds + round + 1}`;
      const result = await measure({ site, link, visits, seed: round + 1, label });
      runs[site.name].push(flat(result));
      writeFileSync(`${kResults}/runs/${label}.svg`, pictureOf(`${lesson.name} behind ${link.name}, ${site.name}`, result.raw[0], result.samples, result.visits[0]));
      const [first] = result.visits;
      say(`${label}: first frame ${first.first_frame_s.toFixed(1)} s, waited ${first.stalled_s.toFixed(1)} s, ${first.mb_per_hour.toFixed(1)} MB/hour${result.fitness.unfit.length ? `; unfit: ${result.fitness.unfit.join(', ')}` : ''}`);
    }
  }
  return runs;
}

// The slowest links first, so that none is left alone at the end.
async function wholeRun(lessons, turn) {
  const pairs = links.flatMap((link) => lessons.map((lesson) => ({ lesson, link, runs: null })));
  const waiting = pairs[Symbol.iterator]();
  await Promise.all(Array.from({ length: Math.max(1, Number(options.parallel)) }, async () => {
    for (const one of waiting) one.runs = await pair(one.lesson, one.link, turn);
  }));
  return lessons.flatMap((lesson) => links.flatMap((link) => kSites.map((site) => ({ lesson: lesson.name, link: link.name, site, runs: pairs.find((p) => p.lesson === lesson && p.link === link).runs[site] }))));
}

mkdirSync(`${kResults}/runs`, { recursive: true });
const lessons = [];
for (const one of given) lessons.push(await prepare(one));
const began = { load: load(), unix: Date.now() };
const named = ({ lesson, link, site }) => ({ lesson, link, site });
const cellsOf = (turn) => turn.map((cell) => ({ ...named(cell), ...cellOf(cell.runs) }));
// What is known after each run of the whole: an interrupted second one leaves the first one's results.
function report(turns) {
  const cells = turns[0].map((cell, i) => ({ ...named(cell), ...cellOf(turns.flatMap((turn) => turn[i].runs)) }));
  const same = turns.length > 1 ? agreement(cellsOf(turns[0]), cellsOf(turns[1])) : null;
  const errors = [...new Set(turns.flat().flatMap((cell) => cell.runs.flatMap((run) => run.errors.map((e) => `- ${cell.site}, ${cell.lesson}, ${cell.link}: ${e}`))))];
  const wins = whereThePeerWins(cells);
  const all = turns.flat().flatMap((cell) => cell.runs);
  const unfit = all.filter((run) => run.fitness.unfit.length).length;
  const markdown = `# Ours and an ordinary site, the same learner behind the same link

Medians of ${rounds * turns.length} round${rounds * turns.length > 1 ? 's' : ''}; ${seconds} s of each lesson, within ${limit} s. MB/hour are all bytes on the link, both ways, for an hour of play.
Shorter recordings are repeated to ${seconds * Number(options.loop)} s, so that the learner leaves before the end. Load of the machine meanwhile: ${loadRange(all.flatMap((r) => r.fitness.load))};
${unfit} of ${all.length} visits were unfit (the emulator or the browser was late) and count only where there is no other.

${mainTable(cells)}
## Where the peer is better

${wins.length ? wins.map((line) => `- ${line}`).join('\n') : 'Nowhere in this run.'}
${same ? `\n## The same, run twice\n\n${same.agreed} of ${same.of} medians of fit visits are within 10 % of each other; first run / second run:\n\n${same.table}` : ''}${errors.length ? `\n## Errors\n\n${errors.join('\n')}\n` : ''}`;
  writeResults('peers', {
    json: { ...circumstances(), rounds, seconds, limit, parallel: Number(options.parallel), began, cells, agreement: same && { agreed: same.agreed, of: same.of, differing: same.lines }, turns },
    markdown, pictures: { peers: peersPicture(cells) },
  });
  return markdown;
}

const turns = [];
let markdown = '';
for (let turn = 0; turn < (options.repeat ? 2 : 1); turn++) {
  turns.push(await wholeRun(lessons, turn));
  markdown = report(turns);
}
for (const lesson of lessons) await lesson.stop();
process.stdout.write(markdown);
