// ./chalk bench store: a mirror whose disk holds 200,000 small files in whole lessons, and a part of them not yet: how soon it serves after a
// start, what a question for changes costs, and what planning costs in memory. Files lie in memory where there is /dev/shm: what is
// measured is the program. Leaves bench/results/store.{json,md}.
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readArguments } from '../support/arguments.mjs';
import { cpuSeconds, statusBytes } from '../support/cost.mjs';
import { load } from '../support/fitness.mjs';
import { freePort, run } from '../support/processes.mjs';
import { circumstances, median, show, table, writeResults } from '../support/results.mjs';
import { serveEmpty } from '../support/serve.mjs';
import { until } from '../support/until.mjs';
import { runFolder } from '../support/work.mjs';

const options = readArguments('store: a mirror with very many files', {
  files: { default: '200000', help: 'in all' },
  lessons: { default: '400', help: 'in so many lessons' },
  missing: { default: '40', help: 'lessons that are not there yet when planning is measured' },
  rounds: { default: '5', help: 'starts' },
});

const chalkline = process.env.CHALKLINE;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : runFolder(), 'chalkline-store-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

// A real lesson of a second, and many of it that differ in files which no playlist names: a pack, signed as `chalkline pack` signs.
async function makePack() {
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=5:d=1', '-c:v', 'libx264', '-preset', 'ultrafast', `${folder}/one.mp4`]);
  await run(chalkline, ['transcode', `${folder}/one.mp4`, '--out', `${folder}/one`, '--title', 'One']);
  const index = JSON.parse(readFileSync(`${folder}/one/index.json`, 'utf8'));
  const lessons = Number(options.lessons);
  const more = Math.round(Number(options.files) / lessons) - index.files.length;
  const pack = join(folder, 'pack');
  const listed = [];
  for (let i = 0; i < lessons; ++i) {
    const beside = join(pack, 'v', 'making');
    cpSync(`${folder}/one`, beside, { recursive: true, filter: (path) => !/index\.json(\.gz|\.br)?$/.test(path) });
    mkdirSync(join(beside, 'more'));
    const files = Array.from({ length: more }, (_, n) => {
      const content = `lesson ${i}, file ${n}`;
      writeFileSync(join(beside, 'more', `${n}.m4s`), content);
      return { path: `more/${n}.m4s`, bytes: content.length, sha256: sha256(content), media_type: 'video/mp4' };
    });
    const text = `${JSON.stringify({ ...index, title: `Lesson ${i}`, files: [...index.files, ...files].sort((a, b) => (a.path < b.path ? -1 : 1)) })}\n`;
    writeFileSync(join(beside, 'index.json'), text);
    const version = sha256(text);
    await run('mv', [beside, join(pack, 'v', version)]);
    listed.push({ id: `lesson-${i}`, title: `Lesson ${i}`, course: `Course ${i % 20}`, language: 'en', version, updated_ms: 1_700_000_000_000 + i });
  }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const key = `ed25519:${raw.toString('base64url')}`;
  const text = `{"schema":1,"lessons":[\n${listed.map((lesson) => JSON.stringify(lesson)).join(',\n')}\n]}\n`;
  writeFileSync(join(pack, 'pack.json'), text);
  writeFileSync(join(pack, 'pack.sig'), `chalkline-signature-1\nkey ${key}\nsignature ${sign(null, Buffer.from(`chalkline-lessons-1\n${text}`), privateKey).toString('base64url')}\n`);
  return { pack, key, files: lessons * (more + index.files.length) };
}

const kPatience = 600; // seconds for what takes a minute on a slow machine
const peakMb = (mirror) => statusBytes(mirror.pid, 'VmHWM') / 1e6;
const cpuMs = (server) => cpuSeconds(server.pid) * 1000;

async function startMirror(config, port) {
  const began = performance.now();
  const child = spawn(chalkline, ['mirror', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (data) => { log = (log + data).slice(-20_000); });
  const alive = () => {
    if (child.exitCode !== null) throw new Error(`the mirror ended: ${log}`);
  };
  await until('the mirror to be ready', () => {
    alive();
    return fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.ok, () => false);
  }, kPatience, 5);
  return { child, pid: child.pid, seconds: (performance.now() - began) / 1000, cpu_s: cpuSeconds(child.pid), alive };
}
const stop = (mirror) => new Promise((done) => { mirror.child.on('close', done); mirror.child.kill('SIGTERM'); });

const { pack, key, files } = await makePack();
const origin = join(folder, 'origin');
const copy = join(folder, 'copy');
await run(chalkline, ['keys', '--trust', key, '--library', copy]);
await run(chalkline, ['unpack', pack, '--library', copy]);
rmSync(pack, { recursive: true });
await run('cp', ['-al', copy, origin]); // the same files; the catalogue is each one's own
for (const name of readdirSync(copy).filter((each) => each.startsWith('library.db'))) {
  rmSync(join(origin, name));
  cpSync(join(copy, name), join(origin, name));
}
rmSync(join(origin, 'keys'), { recursive: true, force: true });
const own = JSON.parse((await run(chalkline, ['keys', '--create', '--library', origin, '--json'])).out).own;
const server = await serveEmpty(folder, { library: origin });
const port = await freePort();
const config = join(folder, 'mirror.yaml');
const configure = (more = '') => writeFileSync(config, `server: {port: ${port}}\nlibrary: {path: ${copy}}\nworker: {enabled: false}\nlog: {access: false}\nmirror: {upstream: "${server.base}", keys: ["${own}"], interval: 1s, longest_interval: 1s${more}}\n`);
configure();
const inStep = () => until('the mirror to be in step', async () => /last in step: 20/.test(await (await fetch(`http://127.0.0.1:${port}/readyz`)).text()), kPatience);

// Starts.
const starts = [];
for (let i = 0; i <= Number(options.rounds); ++i) {
  const mirror = await startMirror(config, port);
  await inStep();
  if (i > 0) starts.push(mirror); // the first takes the list from the pack's origin to this one
  if (i < Number(options.rounds)) await stop(mirror);
}

// Questions for changes: none, then some with a change each, by the time that the two programs compute.
const mirror = starts.at(-1);
async function questions(seconds, between) {
  const before = [cpuMs(mirror), cpuMs(server)];
  const answers = [];
  for (let i = 0; i < seconds; ++i) {
    if (between) await between(i);
    const serial = /"serial":(\d+)/.exec(await (await fetch(`http://127.0.0.1:${port}/mirror/lessons`)).text())[1];
    const began = performance.now();
    await (await fetch(`${server.base}/mirror/changes/${serial}`)).arrayBuffer();
    answers.push(performance.now() - began);
    await wait(1000);
  }
  return { mirror_ms: (cpuMs(mirror) - before[0]) / seconds, origin_ms: (cpuMs(server) - before[1]) / seconds, answer_ms: median(answers) };
}
const idle = await questions(10);
const catalogue = JSON.parse((await run(chalkline, ['export', '--library', origin])).out);
const changing = await questions(10, async (i) => {
  catalogue.lessons[i].title = `Changed ${i}`;
  writeFileSync(join(folder, 'change.json'), JSON.stringify({ lessons: [catalogue.lessons[i]] }));
  await run(chalkline, ['import', join(folder, 'change.json'), '--library', origin]);
});
const resting_mb = peakMb(mirror);
await stop(mirror);

// Planning: some lessons are not there, all are wanted.
const gone = readdirSync(join(copy, 'versions')).slice(0, Number(options.missing));
for (const version of gone) rmSync(join(copy, 'versions', version), { recursive: true });
configure(', courses: ["*"]');
const planner = await startMirror(config, port);
const before_mb = peakMb(planner);
const began = performance.now();
await until('all that was planned', () => {
  planner.alive();
  return gone.every((version) => existsSync(join(copy, 'versions', version)));
}, kPatience, 100);
const planning = { seconds: (performance.now() - began) / 1000, peak_mb: peakMb(planner), before_mb };
await stop(planner);
await server.stop();

const facts = circumstances();
const seconds = median(starts.map((each) => each.seconds));
const cpu = median(starts.map((each) => each.cpu_s));
const markdown = `# A store of ${files} files

\`./chalk bench store\`: ${options.lessons} lessons of ${files / Number(options.lessons)} files each. Load ${show(load())} on ${facts.cores} cores: processor time says more than time by the clock. Commit ${facts.commit}, Linux ${facts.kernel}.

${table(['what', 'measured', 'may be'], [
    ['start until it serves, median of ' + options.rounds, `${show(seconds, 2)} s (${show(cpu, 2)} s of processor time)`, '2 s'],
    ['a question for changes, nothing changed', `${show(idle.mirror_ms, 1)} ms of the mirror's processor time, ${show(idle.origin_ms, 1)} ms of the origin's, answered in ${show(idle.answer_ms, 1)} ms`, '100 ms'],
    ['the same with a lesson changed', `${show(changing.mirror_ms, 1)} ms, ${show(changing.origin_ms, 1)} ms, answered in ${show(changing.answer_ms, 1)} ms`, '100 ms'],
    ['peak memory of the mirror, at rest', `${show(resting_mb, 0)} MB`, '–'],
    [`peak memory while it plans and fetches ${gone.length} lessons (${gone.length * Math.round(files / Number(options.lessons))} files, ${show(planning.seconds, 0)} s)`, `${show(planning.peak_mb, 0)} MB`, '100 MB'],
  ])}`;
writeResults('store', { json: { ...facts, load: load(), options, files, starts: starts.map(({ seconds: s, cpu_s }) => ({ seconds: s, cpu_s })), idle, changing, resting_mb, planning }, markdown });
console.log(markdown);
