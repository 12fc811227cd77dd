// One input through the real binary and its judgement. Each input has folders of its own: `in` (the input and what lies beside
// it), `made` (where the version is to appear), `tmp` (TMPDIR). Whatever is left in them that should not be is a problem, as
// is a read of a file that was not named, or a connection to the listener.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { honestFilm } from '../inputs/bombs.mjs';
import { kCorners, makeClapper } from './clapper.mjs';
import { judgeVersion } from './judge.mjs';
import { run } from './run.mjs';

const kRefusalSeconds = 20;
const kPublishSeconds = 180;
const kFrugal = 1.2;  // times what the honest film costs in CPU time
const kFrugalMemory = '1500MB';

/** Counts connections on 127.0.0.1 until closed. */
async function listen() {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { url: `http://127.0.0.1:${server.address().port}`, visits: () => visits, close: () => new Promise((resolve) => { server.close(resolve); }) };
}

const kLongAgo = new Date('2001-01-01T00:00:00Z');

/** Sets access times back so that a read shows; relatime moves them when they are older than the last change. */
async function setTraps(paths) {
  for (const path of paths) {
    const { mtime } = await stat(path);
    await utimes(path, kLongAgo, mtime);
  }
}
async function sprung(paths) {
  const read = [];
  for (const path of paths) if ((await stat(path)).atimeMs !== kLongAgo.getTime()) read.push(basename(path));
  return read;
}

/** Whether this file system notes reads at all. */
export async function notesReads(folder) {
  const path = join(folder, 'probe');
  await writeFile(path, 'x');
  await setTraps([path]);
  await readFile(path);
  return (await sprung([path])).length > 0;
}

/** The CPU time in seconds that the honest film costs here and now: what frugal inputs are measured by. */
export async function honestCost({ chalkline, folder }) {
  await rm(folder, { recursive: true, force: true });
  const places = Object.fromEntries(['in', 'made', 'tmp'].map((name) => [name, join(folder, name)]));
  for (const place of Object.values(places)) await mkdir(place, { recursive: true });
  const done = await transcode(chalkline, await honestFilm(places.in), places, { frugal: true }, []);
  if (done.code !== 0) throw new Error(`the honest film was not published: ${done.stderr}`);
  return cpuSeconds(places);
}

/** What a frugal input took too much, as text; '' where it is within what the honest film allows. Its memory is bounded by the configuration. */
export const tooDear = (spent, honest) => (spent <= kFrugal * honest ? '' : `took ${spent.toFixed(1)} s of CPU time, ${(kFrugal * honest).toFixed(1)} are allowed`);

/** {outcome, problems: [text], seconds, summary, spent: CPU time in seconds where the input is frugal}. */
export async function examine(input, { chalkline, folder }) {
  const problems = [];
  let spent;
  const places = Object.fromEntries(['in', 'made', 'tmp'].map((name) => [name, join(folder, name)]));
  for (const place of Object.values(places)) await mkdir(place, { recursive: true });
  const hostile = input.refused && !input.truth;
  const trap = hostile ? { canary: await makeClapper(join(folder, 'canary.mp4'), { seconds: 2 }), listener: await listen() } : {};
  try {
    let path;
    try {
      path = await input.make(places.in, { canary: trap.canary, url: trap.listener?.url });
    } catch (error) {
      return { outcome: 'not made', problems: [`the input could not be made: ${error.message}`], seconds: 0, summary: '' };
    }
    const before = (await readdir(places.in)).sort();
    const traps = hostile ? [trap.canary, ...(input.args ? [] : (input.spare ?? [])).map((name) => join(places.in, name))] : [];
    await setTraps(traps);
    const done = await transcode(chalkline, path, places, input, (input.args ?? (() => []))(places.in));
    if (done.timedOut) problems.push(`was still running after ${(done.ms / 1000).toFixed(0)} s`);
    if (input.frugal) spent = await cpuSeconds(places);
    if (done.signal && !done.timedOut) problems.push(`died of ${done.signal}: ${done.stderr.slice(0, 600)}`);
    for (const name of await sprung(traps)) problems.push(`${name} was read`);
    if (trap.listener?.visits() > 0) problems.push(`${trap.listener.url} was asked ${trap.listener.visits()} times`);
    const after = (await readdir(places.in)).sort();
    if (after.join('\0') !== before.join('\0')) problems.push(`beside the input now lie: ${after.filter((name) => !before.includes(name))}`);
    const left = await readdir(places.tmp);
    if (left.length > 0) problems.push(`left in the temporary folder: ${left}`);
    const made = await readdir(places.made);
    const published = done.code === 0;
    const wanted = published ? ['version'] : [];
    if (made.join() !== wanted.join()) problems.push(`beside the version lie: ${made}`);
    if (published && input.refused) problems.push('was published, a refusal was expected');
    else if (published) return { outcome: 'published', seconds: done.ms / 1000, spent, ...(await judged(path, places, input, done, problems)) };
    else judgeRefusal(done, path, input, problems);
    return { outcome: published ? 'published' : 'refused', problems, seconds: done.ms / 1000, spent, summary: done.stderr.trim().slice(0, 200) };
  } finally {
    await trap.listener?.close();
  }
}

function transcode(chalkline, path, places, input, args) {
  const name = basename(path).startsWith('-') ? `./${basename(path)}` : basename(path);
  const words = [chalkline, 'transcode', name, '--json', '--out', join(places.made, 'version'), ...args];
  const options = {
    cwd: places.in, env: { ...process.env, TMPDIR: places.tmp }, timeoutMs: (input.refused && !input.frugal ? kRefusalSeconds : kPublishSeconds) * 1000,
  };
  if (!input.frugal) return run(words[0], words.slice(1), options);
  options.env.CHALKLINE_WORKER_MEMORY_LIMIT = kFrugalMemory;
  // The shell's `times` is what its children, and theirs, have used.
  return run('bash', ['-c', '"$@"; code=$?; times > "$0"; exit $code', timesIn(places), ...words], options);
}

const timesIn = (places) => join(places.in, '..', 'times');

async function cpuSeconds(places) {
  const [, children] = (await readFile(timesIn(places), 'utf8')).split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}

/** The last of the JSON lines on stdout; a line that is none is a problem. */
function lastEvent(done, problems) {
  const events = done.stdout.toString('utf8').split('\n').filter((line) => line !== '').map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      problems.push(`stdout says, in a stream of JSON lines: ${line.slice(0, 200)}`);
      return undefined;
    }
  });
  return events.at(-1);
}

async function judged(path, places, input, done, problems) {
  const last = lastEvent(done, problems);
  const version = createHash('sha256').update(await readFile(join(places.made, 'version', 'index.json'))).digest('hex');
  if (last?.event !== 'done' || last.version !== version) problems.push(`the last line on stdout is ${JSON.stringify(last)?.slice(0, 100)}, the version is ${version}`);
  if (done.stderr !== '') problems.push(`stderr says: ${done.stderr.slice(0, 300)}`);
  const picture = input.truth.picture && { display: [320, 240], corners: kCorners, ...input.truth.picture };
  const verdict = await judgeVersion(path, join(places.made, 'version'), { ...input.truth, picture });
  return { problems: [...problems, ...verdict.problems.map(({ check, text }) => `${check}: ${text}`)], summary: verdict.summary };
}

/** One sentence for a person: which file, why, what to do; on stderr, nothing on stdout, the documented exit code. */
function judgeRefusal(done, path, input, problems) {
  const sentence = done.stderr.trim();
  const codes = input.code ?? [4];
  if (!input.refused && !input.truth?.either) {
    problems.push(`was refused (exit code ${done.code}): ${sentence.slice(0, 600)}`);
    return;
  }
  if (!codes.includes(done.code) && !done.signal) problems.push(`exit code ${done.code}, ${codes.join(' or ')} expected: ${sentence.slice(0, 300)}`);
  const last = lastEvent(done, problems);
  if (!done.signal && (last?.event !== 'error' || last.exit_code !== done.code)) problems.push(`the last line on stdout is ${JSON.stringify(last)}, exit code ${done.code}`);
  const lines = sentence.split('\n');
  if (sentence === '') problems.push('was refused without a word');
  else if (lines.length > 1) problems.push(`says ${lines.length} lines: ${sentence.slice(0, 400)}`);
  else if (sentence.length > 400) problems.push(`says a sentence of ${sentence.length} characters: ${sentence.slice(0, 200)}`);
  if (input.refused && !input.refused.test(sentence)) problems.push(`the sentence lacks ${input.refused}: ${sentence.slice(0, 300)}`);
  if (!(input.spare ?? []).some((name) => sentence.includes(name)) && !sentence.includes(basename(path))) problems.push(`does not name the file: ${sentence.slice(0, 300)}`);
}
