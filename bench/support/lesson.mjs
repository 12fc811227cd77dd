// Our side of a comparison: a recording added to a library of its own by the real binary, and served by it.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { freePort, run, startServer } from './processes.mjs';

// Where no recording is given: the sample lesson that ./chalk run makes.
export async function sampleLesson() {
  const folder = 'build/sample';
  if (!existsSync(`${folder}/lesson.mp4`)) await run('scripts/make_sample_lesson.sh', [folder]);
  return `${folder}/lesson.mp4`;
}

// Transcodes once for the same file and program; returns {library, lesson, version}.
export async function addLesson(name, path) {
  const folder = `build/bench/lessons/${name}`;
  const { size, mtimeMs } = statSync(path);
  const program = statSync(process.env.CHALKLINE);
  const key = JSON.stringify([resolve(path), size, mtimeMs, program.size, program.mtimeMs]);
  const record = `${folder}/record.json`;
  if (existsSync(record)) {
    const known = JSON.parse(readFileSync(record, 'utf8'));
    if (known.key === key) return known;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const library = `${folder}/library`;
  const { out } = await run(process.env.CHALKLINE, ['add', path, '--library', library, '--title', basename(path), '--json']);
  const last = JSON.parse(out.trim().split('\n').pop());
  const made = { key, library, lesson: last.lesson, version: last.version };
  writeFileSync(record, JSON.stringify(made));
  return made;
}

export async function serveLibrary(library) {
  const port = await freePort();
  return startServer(process.env.CHALKLINE, ['serve', '--library', library, '--address', '0.0.0.0', '--port', String(port)], port);
}
