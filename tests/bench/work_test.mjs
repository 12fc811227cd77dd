// A run of a benchmark writes into a folder of its own, which goes when it has ended well; and no benchmark writes elsewhere.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const here = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

/** A run in `folder` that makes its work folder, writes a file there, and then does `last`. */
function run(folder, last = '') {
  const script = `import { workFolder } from ${JSON.stringify(join(here, 'bench/support/work.mjs'))}; import { writeFileSync } from 'node:fs';
    const folder = workFolder('learner/talk-edge'); writeFileSync(folder + '/samples.jsonl', String(process.pid)); console.log(folder); ${last}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' });
  return { status, stderr, work: stdout.trim() };
}

function within(use) {
  const folder = mkdtempSync(join(tmpdir(), 'chalkline-work-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a run that ends well leaves nothing, one that fails leaves what it wrote and says where', () => within((folder) => {
  const runs = join(folder, 'build/bench/runs');
  const good = run(folder);
  assert.equal(good.status, 0, good.stderr);
  assert.ok(good.work.startsWith(runs), good.work);
  assert.deepEqual(readdirSync(runs), []);
  const bad = run(folder, 'throw new Error("no link");');
  assert.equal(bad.status, 1);
  assert.ok(existsSync(join(bad.work, 'samples.jsonl')));
  assert.match(bad.stderr, /bench: what this run wrote is in \S+\/build\/bench\/runs\/run-/);
}));

test('two runs at once of the same lesson and link do not share a file', () => within((folder) => {
  const inner = `const { execFileSync } = await import('node:child_process'); const { readFileSync } = await import('node:fs');
    const second = execFileSync(process.execPath, ['--input-type=module', '-e', process.env.SECOND], { encoding: 'utf8' }).trim();
    if (second === folder || readFileSync(folder + '/samples.jsonl', 'utf8') !== String(process.pid)) process.exit(7);`;
  const second = `import { workFolder } from ${JSON.stringify(join(here, 'bench/support/work.mjs'))}; import { writeFileSync } from 'node:fs';
    const folder = workFolder('learner/talk-edge'); writeFileSync(folder + '/samples.jsonl', 'another'); console.log(folder);`;
  process.env.SECOND = second;
  const first = run(folder, inner);
  assert.equal(first.status, 0, first.stderr);
}));

test('what failed runs left is removed once it is days old', () => within((folder) => {
  const runs = join(folder, 'build/bench/runs');
  mkdirSync(join(runs, 'run-old'), { recursive: true });
  mkdirSync(join(runs, 'run-new'));
  const then = Date.now() / 1000 - 3 * 24 * 3600;
  utimesSync(join(runs, 'run-old'), then, then);
  assert.equal(run(folder).status, 0);
  assert.deepEqual(readdirSync(runs), ['run-new']);
}));

test('no benchmark names a place in build/bench itself, but for what is kept by its content and installed programs', () => {
  const kMay = new Set(['bench/support/work.mjs', 'bench/support/cache.mjs', 'bench/quality/score.mjs']);
  const scripts = readdirSync(join(here, 'bench'), { recursive: true }).map((path) => `bench/${path}`).filter((path) => path.endsWith('.mjs') && !kMay.has(path));
  assert.ok(scripts.length > 50, `${scripts.length} scripts`);
  const code = (path) => readFileSync(join(here, path), 'utf8').split('\n').filter((line) => !line.startsWith('//')).join('\n');
  assert.deepEqual(scripts.filter((path) => code(path).includes('build/bench')), []);
});
