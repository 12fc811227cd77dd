// Where one run of a benchmark writes what it needs only while it runs. Each run has a folder of its own, so that two at once, of the
// same lesson behind the same link, do not write into each other's files; only what is kept by its content is shared (cache.mjs). The
// folder goes with a run that ends well; of one that fails it stays, to be looked at, until a later run finds it days old.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const kOldMs = 2 * 24 * 3600 * 1000; // no run lasts that long

let own = null;

function removeOld(folder, now) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) > kOldMs) rmSync(path, { recursive: true, force: true });
  }
}

// This run's folder, as an absolute path; made when it is first asked for. `root`: where those of all runs lie.
export function runFolder(root = 'build/bench/runs', now = Date.now()) {
  if (own) return own;
  mkdirSync(root, { recursive: true });
  removeOld(root, now);
  own = mkdtempSync(join(resolve(root), 'run-'));
  process.on('exit', (code) => {
    if (code === 0) rmSync(own, { recursive: true, force: true });
    else console.error(`bench: what this run wrote is in ${own}`);
  });
  return own;
}

// A folder NAME of this run's, made where it is not there.
export function workFolder(name) {
  const folder = join(runFolder(), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
