// node tests/media/oddities.mjs --chalkline build/release/chalkline [--only NAME]... [--jobs N] [--keep DIR] [--list]
//
// Sends every generated input through `chalkline transcode` and reads the result back with other people's demuxers. One line an
// input: ok or FAIL, the time the binary took, what came of it. Run by CTest as media_oddities. With --keep the inputs and
// outputs stay in DIR, a folder an input. Exit code 1 when anything failed, 2 on wrong use.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inputs } from './inputs/all.mjs';
import { examine, honestCost, notesReads, tooDear } from './support/examine.mjs';
import { inParallel } from './support/run.mjs';

const { values } = parseArgs({
  options: {
    chalkline: { type: 'string' }, only: { type: 'string', multiple: true, default: [] }, jobs: { type: 'string', default: '2' },
    keep: { type: 'string' }, list: { type: 'boolean', default: false },
  },
});
if (values.list) {
  for (const { name } of inputs) console.log(name);
  process.exit(0);
}
if (!values.chalkline) {
  console.error('which binary? give --chalkline build/release/chalkline');
  process.exit(2);
}
const chosen = inputs.filter(({ name }) => values.only.length === 0 || values.only.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(`no input is called like ${values.only.join(' or ')}; --list shows them`);
  process.exit(2);
}

const chalkline = resolve(values.chalkline);
const root = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), 'chalkline-oddities-'));
await mkdir(root, { recursive: true });
const began = performance.now();
let failed = 0;
try {
  if (!(await notesReads(root))) console.log(`note: ${root} keeps no access times, so a read of a file that was not named is seen only if it changes the result`);
  const jobs = Number(values.jobs);
  const judge = async (input, honest) => {
    const folder = join(root, String(inputs.indexOf(input)).padStart(3, '0'));
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const { outcome, problems, seconds, summary, spent } = await examine(input, { chalkline, folder });
    if (spent !== undefined && tooDear(spent, honest)) problems.push(...await stillTooDear(input, folder));
    if (problems.length > 0) failed += 1;
    console.log([`${problems.length > 0 ? 'FAIL' : 'ok  '} ${seconds.toFixed(1).padStart(5)} s  ${input.name}: ${outcome}${summary ? ` (${summary})` : ''}`, ...problems.slice(0, 8).map((text) => `       - ${text}`)].join('\n'));
    if (!values.keep) await rm(folder, { recursive: true });
  };
  // What a second of CPU time does changes with what else the machine has to do: before a file is called dear, it and the honest film run at once.
  const stillTooDear = async (input, folder) => {
    const again = `${folder}-again`;
    await rm(again, { recursive: true, force: true });
    await mkdir(again);
    const [{ spent, problems }, honest] = await Promise.all([examine(input, { chalkline, folder: again }), honestCost({ chalkline, folder: `${again}-honest` })]);
    for (const made of [again, `${again}-honest`]) await rm(made, { recursive: true });
    return spent === undefined ? problems : [...problems, tooDear(spent, honest)].filter(Boolean);
  };
  await inParallel(chosen.filter(({ frugal }) => !frugal), jobs, (input) => judge(input));
  const frugal = chosen.filter((input) => input.frugal);
  if (frugal.length > 0) {
    // Measured just before, and as many at a time as there will be inputs: who shares a core pays for it in CPU time too.
    const folders = Array.from({ length: jobs }, (_, i) => join(root, `honest-${i}`));
    const honest = Math.max(...await Promise.all(folders.map((folder) => honestCost({ chalkline, folder }))));
    await inParallel(frugal, jobs, (input) => judge(input, honest));
  }
} finally {
  if (!values.keep) await rm(root, { recursive: true, force: true });
}
console.log(`${chosen.length - failed} of ${chosen.length} inputs are as they should be, ${((performance.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = failed === 0 ? 0 : 1;
