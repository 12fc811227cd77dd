// kill -9 of the whole server at random moments while it transcodes, improves and fails jobs: after each start the queue is
// right, in the end every job has ended, and what learners can reach is whole at every moment. A watcher asks all the time what is
// published and looks at every file that it names.
//   node kills.mjs --kills 6 --seed 1      prints what was done as a line of JSON; exit code 1 where anything is wrong
//   node kills.mjs --kills 200 --improve    the second stage (AV1) too
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { testEnvironment } from '../../support/environment.mjs';
import { seededRandom } from '../../support/random.mjs';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '6' }, seed: { type: 'string', default: '1' }, improve: { type: 'boolean' } } });
const binary = process.env.CHALKLINE_BINARY;
assert.ok(binary, 'CHALKLINE_BINARY must name the built program');

const random = seededRandom(Number(values.seed)); // the same moments for the same seed, as far as the machine lets them be the same

const folder = mkdtempSync(join(tmpdir(), 'chalkline-kills-'));
const library = join(folder, 'library');
const inbox = join(folder, 'inbox');
const config = join(folder, 'chalkline.yaml');
let server = null;
let address = '';

async function startServer() {
  const child = spawn(binary, ['serve', '--config', config], { env: testEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let said = '';
  address = await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-20_000);
      const found = /serving .*address=(http:\S+?)\/ *$/m.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.on('close', () => reject(new Error(`the server ended: ${said}`)));
  });
  server = { child, ended, said: () => said };
}

// Recordings of a second or two, no two the same; each fifth is none at all.
let dropped = 0;
let poison = 0;
function drop() {
  const number = ++dropped;
  const name = `lesson-${number}.mp4`;
  const made = join(folder, name);
  if (number % 5 === 0) {
    ++poison;
    writeFileSync(made, `this is no video ${number}`);
  } else {
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=160x120:rate=10:duration=${1 + (number % 3)}`, '-f', 'lavfi',
      '-i', `sine=frequency=${200 + number}:sample_rate=48000:duration=1`, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', made]);
    if (number % 4 === 1) writeFileSync(join(inbox, `lesson-${number}.sw.vtt`), 'WEBVTT\n\n00:00.100 --> 00:00.900\nHabari\n');
  }
  renameSync(made, join(inbox, name));
}

const get = async (path) => {
  const reply = await fetch(`${address}${path}`);
  return { status: reply.status, text: await reply.text() };
};
const json = async (path) => JSON.parse((await get(path)).text);

// Every file of a version: there, as long as its index says, and with its sha256 when it is first seen.
const whole = new Set();
function checkVersion(version) {
  const at = join(library, 'versions', version);
  assert.equal(createHash('sha256').update(readFileSync(join(at, 'index.json'))).digest('hex'), version, `${version}: another index`);
  const { files } = JSON.parse(readFileSync(join(at, 'index.json'), 'utf8'));
  for (const { path, bytes, sha256 } of files) {
    assert.equal(statSync(join(at, path)).size, bytes, `${version}/${path}`);
    if (!whole.has(version)) assert.equal(createHash('sha256').update(readFileSync(join(at, path))).digest('hex'), sha256, `${version}/${path}`);
  }
  return new Set(files.map(({ path }) => path));
}

// What a player would follow: each playlist of the multivariant one, each segment of those, all of them files of the version.
async function checkPlaylists(lesson, version, files) {
  const master = (await get(`/l/${lesson}/multivariant.m3u8`)).text;
  const uris = [...master.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri).concat(master.split('\n').filter((line) => line && !line.startsWith('#')));
  assert.ok(uris.length > 0, `${lesson}: ${master}`);
  for (const uri of uris) {
    const path = new URL(uri, `${address}/l/${lesson}/`).pathname;
    const [, , of, ...rest] = path.split('/');
    // Between two looks it may have got another version, which is looked at next.
    if (of !== version) return false;
    assert.ok(files.has(rest.join('/')), `${lesson}: ${path} is no file of the version`);
    const playlist = await get(path);
    assert.equal(playlist.status, 200, path);
    if (!path.endsWith('.m3u8')) continue;
    for (const line of playlist.text.split('\n').flatMap((one) => (one.startsWith('#') ? [...one.matchAll(/URI="([^"]+)"/g)].map(([, x]) => x) : one ? [one] : []))) {
      const segment = new URL(line, `${address}${path}`).pathname.split('/').slice(3).join('/');
      assert.ok(files.has(segment), `${path}: ${segment} is no file of the version`);
    }
  }
  return true;
}

const watched = { looks: 0, versions: 0 };
let watching = true;
let fault = null;
async function watch() {
  while (watching && !fault) {
    try {
      const { lessons } = await json('/api/v1/lessons');
      ++watched.looks;
      for (const { id, version } of lessons) {
        if (!version) continue;
        const files = checkVersion(version);
        if (whole.has(version)) continue;
        if (await checkPlaylists(id, version, files)) {
          whole.add(version);
          ++watched.versions;
        }
      }
    } catch (error) {
      // The server was killed while we asked; everything else is what we look for.
      if (!(error instanceof TypeError) && !/ECONN|fetch failed|terminated|socket/.test(String(error.cause ?? error)) && !(error instanceof SyntaxError)) fault = error;
    }
    await sleep(50);
  }
}

// The queue as it must be at any moment: one open job a lesson at the most, and a published transcode's lesson has a version.
// Jobs are asked before and after the lessons: both go on between two answers, and each rule holds in one order only.
async function checkQueue() {
  const before = (await json('/api/v1/jobs')).jobs;
  const { lessons } = await json('/api/v1/lessons');
  const { jobs } = await json('/api/v1/jobs');
  const open = jobs.filter(({ state: now }) => now === 'queued' || now === 'running').map(({ lesson }) => lesson);
  assert.equal(new Set(open).size, open.length, 'two open jobs for a lesson');
  for (const job of before.filter(({ kind, state: now }) => kind === 'transcode' && now === 'published'))
    assert.ok(lessons.find(({ id }) => id === job.lesson)?.version, `job ${job.id} is published and its lesson has no version`);
  for (const { id } of lessons) assert.ok(jobs.some(({ lesson }) => lesson === id), `lesson ${id} has no job`);
  return { jobs, open: open.length };
}

const done = { kills: 0, working: 0 };
async function main() {
  mkdirSync(inbox);
  writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${library}}\nworker: {lease: 5s, max_tries: 100}\nwatched_folder: {path: ${inbox}, settle: 1s}\n`
    + `transcode: {av1: ${values.improve ? 'auto' : '"off"'}, av1_preset: 12, x264_preset: ultrafast}\nlog: {access: false}\n`);
  const began = Date.now();
  for (let i = 0; i < 5; ++i) drop();
  await startServer();
  const watcher = watch();
  while (done.kills < Number(values.kills) && !fault) {
    if ((await checkQueue()).open < 4) for (let i = 0; i < 3; ++i) drop();
    await sleep(50 + random() * 2_500);
    if ((await checkQueue()).jobs.some(({ state: now }) => now === 'running')) ++done.working;
    server.child.kill('SIGKILL');
    await server.ended;
    ++done.kills;
    await startServer();
  }
  for (const deadline = Date.now() + 900_000; !fault; await sleep(200)) {
    const { jobs, open } = await checkQueue();
    if (open === 0 && readdirSync(inbox).filter((name) => /\.mp4$/.test(name)).length === 0 && jobs.length >= dropped) break;
    assert.ok(Date.now() < deadline, `${open} jobs are open for ever: ${server.said()}`);
  }
  const { jobs } = await checkQueue();
  watching = false;
  await watcher;
  if (fault) throw fault;
  server.child.kill('SIGTERM');
  await server.ended;
  const ends = {};
  for (const { kind, state: end } of jobs) ends[`${kind} ${end}`] = (ends[`${kind} ${end}`] ?? 0) + 1;
  assert.equal(ends['transcode published'], dropped - poison, JSON.stringify(ends));
  assert.equal(ends['transcode failed'] ?? 0, poison, 'what is no video fails, and nothing else');
  assert.equal(ends['improve failed'] ?? 0, 0, JSON.stringify(jobs.filter(({ state: end }) => end === 'failed')));
  const staging = existsSync(join(library, 'staging')) ? readdirSync(join(library, 'staging')) : [];
  console.log(JSON.stringify({ seed: Number(values.seed), ...done, lessons: dropped, poison, ends, ...watched, left_in_staging: staging.length, seconds: Math.round((Date.now() - began) / 1000) }));
}

let code = 0;
try {
  await main();
} catch (error) {
  code = 1;
  console.error(error);
  console.error(server?.said());
}
server?.child.kill('SIGKILL');
await server?.ended;
rmSync(folder, { recursive: true, force: true });
process.exit(code);
