// What benchmarks make once and keep: named by the hash of everything that it depends on, so that a changed recording,
// setting or program makes it anew and an unchanged one never. In build/bench/cache, or $BENCH_CACHE, which several
// checkouts may share: what is made appears there whole, by a rename.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export const cacheFolder = () => process.env.BENCH_CACHE || 'build/bench/cache';

// The first 24 hex digits of the SHA-256 of any JSON value.
export const nameOf = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);

const known = new Map();

// SHA-256 of a file's content; remembered for as long as its size and time stay.
export function hashOf(path) {
  const { size, mtimeMs, ino } = statSync(path);
  const key = `${resolve(path)} ${size} ${mtimeMs} ${ino}`;
  if (!known.has(key))
    known.set(key, new Promise((done, failed) => {
      const hash = createHash('sha256');
      createReadStream(path).on('error', failed).on('data', (data) => hash.update(data)).on('end', () => done(hash.digest('hex')));
    }));
  return known.get(key);
}

// A JSON value that `make()` resolves to.
export async function keptValue(kind, key, make) {
  const folder = join(cacheFolder(), kind);
  const file = join(folder, `${nameOf(key)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).value;
  const value = await make();
  mkdirSync(folder, { recursive: true });
  const fresh = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  writeFileSync(fresh, JSON.stringify({ key, value }));
  renameSync(fresh, file);
  return value;
}

// A folder that `make(folder)` fills; returns its path.
export async function keptFolder(kind, key, make) {
  const folder = join(cacheFolder(), kind, nameOf(key));
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${randomBytes(4).toString('hex')}.tmp`;
  mkdirSync(fresh, { recursive: true });
  try {
    await make(fresh);
    if (!existsSync(folder)) renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

// What `ffmpeg -version` calls itself: another one may encode differently.
export const ffmpegVersion = () => execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split('\n')[0];
