// ./chalk bench learner --part leave: a learner with a prepaid bundle, whose browser tells its pages so, who leaves each lesson after half a minute, behind each
// link: what was fetched for nothing. Leaves bench/results/learner-leave.{json,md}. Loaded by main.mjs.
import { linkFrom, namedFile, readArguments } from '../support/arguments.mjs';
import { loadRange, unfitWords } from '../support/fitness.mjs';
import { givenOrMade, kLibraryOption, serveLibrary } from '../support/lesson.mjs';
import { looped } from '../support/loop.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';
import { measure } from './measure.mjs';
import { mediaOfLibrary } from './playlists.mjs';

const options = readArguments('learner --part leave: what is fetched and not watched by who leaves after half a minute, on a metered link', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; a shorter recording is repeated to three minutes, end to end' },
  library: kLibraryOption,
  link: { multiple: true, help: 'a profile, or NAME=TRACE; may be repeated (default edge)' },
  seconds: { default: '30', help: 'media seconds after which the learner leaves' },
  limit: { default: '120', help: 'wall seconds a visit may take' },
});
const lessonOf = givenOrMade(options);
const visits = [];
for (const { name, path } of (options.lesson ?? []).map(namedFile)) {
  const { library, lesson } = await lessonOf(name, await looped(path, 180));
  const server = await serveLibrary(library);
  const site = { port: server.port, path: `/watch/${lesson}`, media: mediaOfLibrary(library) };
  for (const link of (options.link ?? ['edge']).map(linkFrom)) {
    const { visits: [figures], fitness } = await measure({ site, link, label: `leave-${name}-${link.name}`, metered: true, visits: [{ seconds: Number(options.seconds), limit: Number(options.limit) }] });
    visits.push({ lesson: name, link: link.name, fitness, ...figures });
    console.error(`bench: ${name} on ${link.name}: ${show(figures.wasted_bytes / 1000, 0)} kB were not watched`);
  }
  await server.stop();
}
const markdown = `# Leaving after ${options.seconds} s, on a metered link

The browser tells its pages that bytes are dear (\`navigator.connection\`: \`saveData\`, type cellular). Load of the machine meanwhile: ${loadRange(visits.flatMap(({ fitness }) => fitness.load))}.

${table(['lesson', 'link', 'first frame, s', 'waits', 'played, s', 'mean height', 'kB in all', 'not watched, kB'], visits.map((v) => [
  v.lesson, `${v.link}${v.fitness.unfit.length ? ' (unfit)' : ''}`, show(v.first_frame_s), v.stalls, show(v.played_s, 0), show(v.mean_height, 0), show(v.wire_bytes / 1000, 0), show(v.wasted_bytes / 1000, 0),
]))}${unfitWords(visits.map(({ lesson, link, fitness }) => ({ names: [lesson, link], fitness })))}`;
writeResults('learner-leave', { json: { ...circumstances(), seconds: Number(options.seconds), visits }, markdown });
process.stdout.write(markdown);
