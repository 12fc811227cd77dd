// ./chalk bench learner: one lesson, one link, one learner: first visit to the end, second visit, and one who leaves
// half-way. Leaves bench/results/learner.{json,md,svg}.
import { linkFrom, readArguments } from '../support/arguments.mjs';
import { addLesson, sampleLesson, serveLibrary } from '../support/lesson.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';
import { measure } from './measure.mjs';
import { pictureOf } from './picture.mjs';

const options = readArguments('learner: what one learner behind one link sees and pays', {
  lesson: { help: 'a recording; without one, the sample lesson' },
  link: { default: 'edge', help: 'a profile of weaklink, or NAME=TRACE' },
  seconds: { default: '60', help: 'media seconds to watch' },
  limit: { default: '240', help: 'wall seconds a visit may take' },
  engine: { default: '', help: 'hlsjs: not the browser\'s own HLS player' },
});
const path = options.lesson ?? (await sampleLesson());
const { library, lesson } = await addLesson('learner', path);
const server = await serveLibrary(library);
const seconds = Number(options.seconds);
const limit = Number(options.limit);
const site = { port: server.port, path: `/watch/${lesson}${options.engine ? `?engine=${options.engine}` : ''}` };
const result = await measure({
  site, link: linkFrom(options.link), label: 'learner',
  visits: [{ seconds, limit }, { seconds: Math.min(5, seconds), limit }],
});
await server.stop();

const names = ['first visit', 'second visit'];
const rows = result.visits.map((v, i) => [
  names[i], show(v.first_frame_s), show(v.first_sound_s), show(v.bytes_to_first_frame / 1000), v.stalls, show(v.stalled_s),
  show(v.mean_height, 0), show(v.media_kbps), show(v.mb_per_hour), show(v.wasted_bytes / 1000),
]);
const kinds = Object.entries(result.visits[0].kinds).map(([kind, k]) => [kind, k.requests, k.from_cache, show(k.bytes / 1000)]);
const markdown = `# One learner behind ${result.link}

${table(['', 'first frame, s', 'first sound, s', 'to first frame, kB', 'waits', 'waited, s', 'mean height', 'media kbit/s', 'MB/hour', 'not played, kB'], rows)}
First visit, by kind:

${table(['kind', 'requests', 'from cache', 'kB'], kinds)}
${result.visits.flatMap((v) => v.errors).map((e) => `- error: ${e}\n`).join('')}`;
writeResults('learner', {
  json: { ...circumstances(), link: result.link, browser: result.browser, visits: result.visits },
  markdown,
  pictures: { learner: pictureOf(`${lesson} behind ${result.link}`, result.raw[0], result.samples, result.visits[0]) },
});
process.stdout.write(markdown);
