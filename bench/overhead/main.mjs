// ./chalk bench overhead: of what a player of one variant is sent over the wire, how much is picture and sound, and how much is
// containers, playlists and HTTP heads. Every variant of every lesson is fetched from the real server as a player
// fetches it: the multivariant playlist, both media playlists, both init segments, every segment, over one kept
// connection; all of it by HTTP/1.1 and again by HTTP/2. Leaves bench/results/overhead.{json,md}.
import { namedFile, readArguments } from '../support/arguments.mjs';
import { addLesson, sampleLesson, serveLibrary } from '../support/lesson.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';
import { Http1, Http2, variantsOf } from './fetches.mjs';

const options = readArguments('overhead: containers, playlists and HTTP heads as a share of what a player of a variant is sent', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  config: { help: 'chalkline\'s configuration' },
});
const lessons = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];

const results = [];
for (const { name, path } of lessons) {
  const { library, lesson } = await addLesson(`overhead-${name}`, path, options.config);
  const server = await serveLibrary(library);
  try {
    const kinds = {};
    for (const Kind of [Http1, Http2]) {
      const fetches = new Kind(server.port);
      kinds[Kind.name] = await variantsOf(fetches, `/l/${lesson}/multivariant.m3u8`);
      fetches.end();
    }
    for (const [i, variant] of kinds.Http1.entries()) results.push({ lesson: name, ...variant, h2_heads: kinds.Http2[i].heads });
  } finally {
    await server.stop();
  }
}

const share = (part, all) => `${show((100 * part) / all)} %`;
const rows = results.map((v) => {
  const beside = v.containers + v.playlists;
  const all = v.media + beside + v.heads, all2 = v.media + beside + v.h2_heads;
  return [v.lesson, v.name, show(v.seconds, 0), show((all * 8) / v.seconds / 1000), show((v.media * 8) / v.seconds / 1000), v.requests, share(v.containers, all), share(v.playlists, all), share(v.heads, all), share(beside + v.heads, all), share(v.h2_heads, all2), share(beside + v.h2_heads, all2)];
});
const markdown = `# What is not picture and not sound

Each variant as a player fetches it over one connection: bytes of the answers, their heads included. "Heads" are HTTP's,
"playlists" come compressed where the player takes that, "containers" are all of init segments, and of segments all but mdat's bytes.
By HTTP/1.1, and in the last two columns by HTTP/2. What is fetched once weighs more in a short recording.

${table(['lesson', 'variant', 's', 'kbit/s in all', 'of that media', 'requests', 'containers', 'playlists', 'heads', 'together', 'heads, HTTP/2', 'together, HTTP/2'], rows)}`;
writeResults('overhead', { json: { ...circumstances(), variants: results }, markdown });
process.stdout.write(markdown);
