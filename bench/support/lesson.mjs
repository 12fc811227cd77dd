// Our side of a comparison: a recording made into a version, or added to a library and served, by the real binary. Kept
// by the content of the recording, the program and the configuration.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathsByName } from './arguments.mjs';
import { ffmpegVersion, hashOf, keptFolder } from './cache.mjs';
import { freePort, run, startServer } from './processes.mjs';

// The second stage would work while we measure, and change the lesson in the middle.
process.env.CHALKLINE_TRANSCODE_AV1 ??= 'off';

// Where no recording is given: the sample lesson that ./chalk run makes.
export async function sampleLesson() {
  const folder = 'build/sample';
  if (!existsSync(`${folder}/lesson.mp4`)) await run('scripts/make_sample_lesson.sh', [folder]);
  return `${folder}/lesson.mp4`;
}

// A recording that ffmpeg makes of these inputs and settings, once.
export async function madeRecording(args) {
  const folder = await keptFolder('recordings', [ffmpegVersion(), args], (fresh) => run('ffmpeg', ['-v', 'error', '-nostdin', ...args, `${fresh}/recording.mp4`]));
  return `${folder}/recording.mp4`;
}

const keyOf = async (path, config) => [await hashOf(path), await hashOf(process.env.CHALKLINE), config ? await hashOf(config) : ''];
const withConfig = (config) => (config ? ['--config', config] : []);

// The folder of the version that `chalkline transcode` makes of the file.
export async function transcoded(path, config) {
  const folder = await keptFolder('versions', await keyOf(path, config), (fresh) =>
    run(process.env.CHALKLINE, ['transcode', path, '--out', `${fresh}/version`, '--title', basename(path), ...withConfig(config)]));
  return `${folder}/version`;
}

// The folder of that version with a saver ladder beside, in AV1 or what the configuration says; the version itself where that would not make it smaller.
export async function improved(path, version, config) {
  const folder = await keptFolder('improved', [await hashOf(`${version}/index.json`), ...(await keyOf(path, config))], (fresh) =>
    run(process.env.CHALKLINE, ['transcode', path, '--improve', version, '--out', `${fresh}/version`, ...withConfig(config)]));
  return existsSync(`${folder}/version`) ? `${folder}/version` : version;
}

// {library (folder), lesson, version}: a library of NAME's own that holds just this.
export async function addLesson(name, path, config) {
  const folder = await keptFolder('libraries', [name, ...(await keyOf(path, config))], async (fresh) => {
    const { out } = await run(process.env.CHALKLINE, ['add', path, '--library', `${fresh}/library`, '--title', basename(path), '--json', ...withConfig(config)]);
    const { lesson, version } = JSON.parse(out.trim().split('\n').pop());
    writeFileSync(`${fresh}/added.json`, JSON.stringify({ lesson, version }));
  });
  return { library: `${folder}/library`, ...JSON.parse(readFileSync(`${folder}/added.json`, 'utf8')) };
}

// A library that was made before: its only version, and its lesson's id, which stands in FOLDER.lesson.
const libraryNamed = (library) => ({ library, version: readdirSync(`${library}/versions`)[0], lesson: readFileSync(`${library}.lesson`, 'utf8').trim() });

// The option of benchmarks that may be told of such libraries, and from all options the function that gives addLesson()'s answer for
// (name, path): of the library that was named, else of one that is made.
export const kLibraryOption = { multiple: true, help: 'NAME=FOLDER: the library that holds that lesson alone and already; else it is made' };
export function givenOrMade({ library }) {
  const given = pathsByName(library);
  return async (name, path) => (given.has(name) ? libraryNamed(given.get(name)) : addLesson(name, path));
}

export async function serveLibrary(library) {
  const port = await freePort();
  return startServer(process.env.CHALKLINE, ['serve', '--library', library, '--address', '0.0.0.0', '--port', String(port)], port, { urgent: true });
}
