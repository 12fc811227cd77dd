// ./chalk bench learner: one lesson behind one link: a learner who comes for the first time and again, and one who leaves
// half-way. Leaves bench/results/learner.{json,md} and a picture of each visit. Loaded by main.mjs.
import { linkFrom, readArguments } from '../support/arguments.mjs';
import { addLesson, sampleLesson, serveLibrary } from '../support/lesson.mjs';
import { looped } from '../support/loop.mjs';
import { probe } from '../support/probe.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';
import { measure } from './measure.mjs';
import { pictureOf } from './picture.mjs';
import { mediaOfLibrary } from './playlists.mjs';

const options = readArguments('learner: what one learner behind one link sees and pays (--part long: in ten minutes of play; --part long --help)', {
  lesson: { help: 'a recording; without one, the sample lesson' },
  link: { default: 'edge', help: 'a profile of weaklink, or NAME=TRACE' },
  seconds: { default: '60', help: 'media seconds to watch; the one who leaves half-way watches half of them' },
  limit: { default: '240', help: 'wall seconds a visit may take' },
  loop: { type: 'boolean', help: 'a recording that is shorter is repeated, end to end, without encoding it again' },
  engine: { default: '', help: 'hlsjs: not the browser\'s own HLS player' },
});
const seconds = Number(options.seconds);
const limit = Number(options.limit);
const given = options.lesson ?? (await sampleLesson());
const path = options.loop ? await looped(given, seconds) : given;
const { library, lesson } = await addLesson('learner', path);
const server = await serveLibrary(library);
const link = linkFrom(options.link);
const site = { port: server.port, path: `/watch/${lesson}${options.engine ? `?engine=${options.engine}` : ''}`, media: mediaOfLibrary(library) };
const watched = Math.min(seconds, (await probe(path)).duration - 0.5);
const twice = await measure({ site, link, label: 'learner', visits: [{ seconds: watched, limit }, { seconds: Math.min(5, watched), limit }] });
const leaver = await measure({ site, link, label: 'learner-leaves', visits: [{ seconds: watched / 2, limit }] });
await server.stop();

const visits = [
  { name: 'first visit', figures: twice.visits[0], raw: twice.raw[0], samples: twice.samples },
  { name: 'second visit', figures: twice.visits[1], raw: twice.raw[1], samples: twice.samples },
  { name: 'leaves half-way', figures: leaver.visits[0], raw: leaver.raw[0], samples: leaver.samples },
];
const rows = visits.map(({ name, figures: v }) => [
  name, show(v.first_frame_s), show(v.first_sound_s), show(v.bytes_to_first_frame / 1000, 0), v.stalls, show(v.stalled_s), show(v.held_s), show(v.played_s, 0),
  show(v.mean_height, 0), show(v.mean_video_kbps), show(v.media_kbps), show(v.mb_per_hour), show(v.wasted_bytes / 1000, 0),
]);
const kinds = Object.entries(visits[0].figures.kinds).map(([kind, k]) => [kind, k.requests, k.from_cache, show(k.bytes / 1000)]);
const history = visits[0].figures.rungs.map(({ at, rung }) => `${rung} from ${show(at)} s`).join(', ');
const unfit = [...twice.fitness.unfit, ...leaver.fitness.unfit];
const markdown = `# One learner behind ${link.name}

${table(['', 'first frame, s', 'first sound, s', 'to first frame, kB', 'waits', 'waited, s', 'held, s', 'played, s', 'mean height', 'picture kbit/s', 'media kbit/s', 'MB/hour', 'not played, kB'], rows)}
Rungs of the first visit: ${history || 'none'}. By kind:

${table(['kind', 'requests', 'from cache', 'kB'], kinds)}
${unfit.length ? `The machine was too busy: ${unfit.join('; ')}. These figures are not to be quoted.\n` : ''}${[...new Set(visits.flatMap((v) => v.figures.errors))].map((e) => `- error: ${e}\n`).join('')}`;
writeResults('learner', {
  json: { ...circumstances(), link: link.name, browser: twice.browser, fitness: [twice.fitness, leaver.fitness], visits: visits.map(({ name, figures }) => ({ name, ...figures })) },
  markdown,
  pictures: Object.fromEntries(visits.map(({ name, figures, raw, samples }, i) => [['learner', 'learner-second', 'learner-leaves'][i], pictureOf(`${lesson} behind ${link.name}, ${name}`, raw, samples, figures)])),
});
process.stdout.write(markdown);
