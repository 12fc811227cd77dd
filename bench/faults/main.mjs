// bench faults: the scenario of hundreds of faults (tests/cli/scenarios/mirror.test.mjs) for as long as it takes, with clocks that jump
// and a disk that is full besides, several times with other faults each.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../support/arguments.mjs';
import { circumstances, table, writeResults } from '../support/results.mjs';

const options = readArguments('bench faults: a thousand faults between a mirror, its origin, its disk and its clock', {
  faults: { default: '1000', help: 'at least so many, half of them on a small disk that is filled now and then (root)' },
  seed: { default: '1', help: 'which faults' },
});

const kFaketime = ['/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1', '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1'].find(existsSync);
if (!kFaketime) throw new Error('libfaketime is not installed: apt-get install faketime');

// One run of the scenario; what it counted.
function strike(seed, faults, smallDisk) {
  const began = Date.now();
  const done = spawnSync(process.execPath, ['--test', '--test-name-pattern', 'hundreds of faults', 'tests/cli/scenarios/mirror.test.mjs'], {
    encoding: 'utf8', maxBuffer: 64e6,
    env: { ...process.env, CHALKLINE_BINARY: process.env.CHALKLINE, CHALKLINE_FAULTS: String(faults), CHALKLINE_SEED: String(seed), CHALKLINE_FAKETIME: kFaketime, ...(smallDisk ? { CHALKLINE_SMALL_DISK: smallDisk } : {}) },
  });
  const counted = /# \d+ faults: (\{.*\})/.exec(done.stdout);
  if (done.status !== 0 || !counted) throw new Error(`the scenario failed (seed ${seed}):\n${done.stdout.slice(-4000)}\n${done.stderr.slice(-2000)}`);
  const { served, ...count } = JSON.parse(counted[1]);
  return { seed, disk: smallDisk ? 'small, filled now and then' : 'ample', seconds: (Date.now() - began) / 1000, load: loadavg()[0], served, count };
}

const half = Math.ceil(Number(options.faults) / 2);
const seed = Number(options.seed);
const runs = [strike(seed, half, null)];
const disk = mkdtempSync(join(tmpdir(), 'chalkline-small-'));
mkdirSync(disk, { recursive: true });
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'chalkline', disk]);
try {
  runs.push(strike(seed + 1, half, disk));
} finally {
  execFileSync('umount', [disk]);
  rmdirSync(disk);
}

const kinds = [...new Set(runs.flatMap((run) => Object.keys(run.count)))].sort();
const sum = (run) => Object.values(run.count).reduce((a, b) => a + b, 0);
const total = runs.reduce((all, run) => all + sum(run), 0);
const facts = circumstances();
const markdown = `# ${total} faults

\`./chalk bench faults --faults ${options.faults} --seed ${options.seed}\`: learners ask a mirror for every file of two lessons, in any order and some for the rest of a file, while its line and what answers at
its other end misbehave, its clock jumps, it is killed in the middle, and its disk loses what was not written through, changes bits, and is full. Every
byte that a learner took for whole was the origin's; every file was served in the end; each round ended with both lessons whole and \`chalkline verify\` content, and a
file of a complete lesson that the disk spoilt came back by itself. No human did anything. Commit ${facts.commit}, Linux ${facts.kernel}, ${facts.cores} cores.

${table(['fault', ...runs.map((run) => `disk ${run.disk}`)], [...kinds.map((kind) => [kind, ...runs.map((run) => run.count[kind] ?? 0)]), ['all', ...runs.map(sum)], ['files served, each right', ...runs.map((run) => run.served.files)], ['MB served', ...runs.map((run) => (run.served.bytes / 1e6).toFixed(1))], ['wrong bytes served', ...runs.map(() => 0)]])}
error: 500. redirect: to itself, for ever. reset, cut: the connection before the answer and in it. short, long: fewer or more bytes than the index says. flip: a bit on the line. slow: half, and the rest later.
`;
writeResults('faults', { json: { ...facts, options, runs }, markdown });
console.log(markdown);
