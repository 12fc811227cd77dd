// ./chalk bench overhead: of what a player of one variant is sent over the wire, how much is picture and sound, and how much is
// containers, playlists and HTTP heads. Every variant of every lesson is fetched from the real server as a player
// fetches it: the multivariant playlist, both media playlists, both init segments, every segment, over one kept
// HTTP/1.1 connection. Leaves bench/results/overhead.{json,md}.
import { Agent } from 'node:http';
import { namedFile, readArguments } from '../support/arguments.mjs';
import { addLesson, sampleLesson, serveLibrary } from '../support/lesson.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';
import { Fetches, variantsOf } from './fetches.mjs';

const options = readArguments('overhead: containers, playlists and HTTP heads as a share of what a player of a variant is sent', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  config: { help: 'chalkline\'s configuration' },
});
const lessons = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];

const results = [];
for (const { name, path } of lessons) {
  const { library, lesson } = await addLesson(`overhead-${name}`, path, options.config);
  const server = await serveLibrary(library);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const variants = await variantsOf(new Fetches(server.port, agent), `/l/${lesson}/multivariant.m3u8`);
    for (const variant of variants) results.push({ lesson: name, ...variant });
  } finally {
    agent.destroy();
    await server.stop();
  }
}

const share = (part, all) => `${show((100 * part) / all)} %`;
const rows = results.map((v) => {
  const all = v.media + v.containers + v.playlists + v.heads;
  return [v.lesson, v.name, show((all * 8) / v.seconds / 1000), show((v.media * 8) / v.seconds / 1000), v.requests, share(v.containers, all), share(v.playlists, all), share(v.heads, all), share(all - v.media, all)];
});
const markdown = `# What is not picture and not sound

Each variant as a player fetches it over one HTTP/1.1 connection: bytes of the answers, their heads included. "Heads" are HTTP's,
"playlists" come compressed where the player takes that, "containers" are all of init segments, and of segments all but mdat's bytes.

${table(['lesson', 'variant', 'kbit/s in all', 'of that media', 'requests', 'containers', 'playlists', 'heads', 'together'], rows)}`;
writeResults('overhead', { json: { ...circumstances(), variants: results }, markdown });
process.stdout.write(markdown);
