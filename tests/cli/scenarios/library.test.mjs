// `add`, `serve` and `worker` on one library: lessons arrive, and every death on the way is survived.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { addressOf, folderFor, isRunning, names, recording, run, start, transcodeBelow, until } from './chalkline.mjs';

// A transcode of this takes several seconds: long enough to be met in the middle.
const long = { seconds: 20, size: '640x360' };

// The lesson's facts once it is published.
async function published(t, lesson, library) {
  return until(`lesson ${lesson} to be published`, async () => {
    const inspected = await run(t, 'inspect', lesson, '--library', library, '--json');
    return inspected.code === 0 && JSON.parse(inspected.stdout);
  }, 300);
}

// Leases as short as they may be, so that the death of a worker is noticed within the test; quick encoders; the first stage alone,
// unless `av1` says otherwise.
function hastyConfig(folder, library, av1 = 'off') {
  const path = join(folder, 'hasty.yaml');
  writeFileSync(path, `server: {port: 0}\nlibrary: {path: ${library}}\nworker: {lease: 5s}\n`
    + `transcode: {x264_preset: veryfast, measure_ordinary: false, av1: ${av1}, av1_preset: 12}\n`);
  return path;
}

// A job that was given back keeps what is finished of it, and nothing else.
function assertOnlyKept(library) {
  for (const job of names(join(library, 'staging'))) assert.deepEqual(names(join(library, 'staging', job)), ['resume']);
}

// The transcode that works below `pid`, once it encodes.
async function childAtWork(pid, library) {
  const child = await until('the transcode to begin', () => transcodeBelow(pid));
  await until('the transcode to write', () => names(join(library, 'staging')).some((job) => names(join(library, 'staging', job)).length > 0));
  return child;
}

test('add takes a recording in, publishes it and says where to watch', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const input = recording(folder, "L'eau à l'école.mp4");
  const added = await run(t, 'add', input, '--library', library, '--course', 'Science', '--language', 'fr');
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /^L'eau à l'école \(0:03, /);
  assert.match(added.stdout, /^watch it at \/watch\/leau-a-lecole$/m);
  assert.equal(names(join(library, 'incoming')).length, 1); // the recording waits for the second stage
  assert.deepEqual(names(join(library, 'staging')), []);
  const facts = await published(t, 'leau-a-lecole', library);
  assert.equal(facts.language, 'fr');
  assert.deepEqual(names(join(library, 'versions')), [facts.version]);

  const json = await run(t, 'add', input, '--library', library, '--title', 'Again', '--json');
  assert.equal(json.code, 0, json.stderr);
  const last = JSON.parse(json.stdout.trimEnd().split('\n').at(-1));
  assert.equal(last.event, 'added');
  assert.equal(last.watch, '/watch/again');
});

test('an interrupted add keeps its job, and a worker finishes it', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const config = hastyConfig(folder, library);
  const adding = start(t, ['add', recording(folder, 'lesson.mp4', long), '--config', config]);
  await until('the work to begin', () => /^(analysing|encoding)/m.test(adding.said.stderr));
  adding.child.kill('SIGINT');
  const ended = await adding.ended;
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /chalkline: stopped before lesson lesson was ready; its job waits in the library; it goes on/);
  assertOnlyKept(library);
  const worker = start(t, ['worker', '--config', config]);
  await published(t, 'lesson', library);
  worker.child.kill('SIGTERM');
  assert.equal((await worker.ended).code, 0);
  assert.deepEqual(names(join(library, 'incoming')), []);
});

test('a killed worker leaves its job to the next one', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const config = hastyConfig(folder, library);
  const adding = start(t, ['add', recording(folder, 'lesson.mp4', long), '--config', config]);
  const child = await childAtWork(adding.child.pid, library);
  adding.child.kill('SIGKILL');
  await adding.ended;
  await until('the orphaned transcode to die with its parent', () => !isRunning(child));
  const worker = start(t, ['worker', '--config', config]);
  await published(t, 'lesson', library);
  worker.child.kill('SIGTERM');
  await worker.ended;
  assert.deepEqual(names(join(library, 'staging')), []);
});

test('a transcode that dies is tried again, and the server goes on serving', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const config = hastyConfig(folder, library);
  // Queued by an add that is stopped, so that the server's own worker takes the job.
  const adding = start(t, ['add', recording(folder, 'lesson.mp4', long), '--config', config]);
  await until('the work to begin', () => /^(analysing|encoding)/m.test(adding.said.stderr));
  adding.child.kill('SIGTERM');
  await adding.ended;
  const server = start(t, ['serve', '--config', config]);
  const address = await addressOf(server);
  const child = await childAtWork(server.child.pid, library);
  process.kill(child, 'SIGILL'); // AddressSanitizer catches SIGSEGV itself
  await until('the death to be told', () => /job will be tried again.*crashed with signal 4/.test(server.said.stderr));
  assert.equal((await fetch(`${address}/healthz`)).status, 200);
  await published(t, 'lesson', library);
  const playlist = await fetch(`${address}/l/lesson/multivariant.m3u8`);
  assert.equal(playlist.status, 200);
  assert.match(await playlist.text(), /^#EXTM3U/);
  assert.equal((await fetch(`${address}/watch/lesson`)).status, 200);
  server.child.kill('SIGTERM');
  assert.equal((await server.ended).code, 0);
});

test('a server that is stopped in the middle of a job gives it back, and one that starts takes it up', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const config = hastyConfig(folder, library);
  const adding = start(t, ['add', recording(folder, 'lesson.mp4', long), '--config', config]);
  await until('the work to begin', () => /^(analysing|encoding)/m.test(adding.said.stderr));
  adding.child.kill('SIGTERM');
  await adding.ended;
  const first = start(t, ['serve', '--config', config]);
  await addressOf(first);
  await childAtWork(first.child.pid, library);
  first.child.kill('SIGTERM');
  assert.equal((await first.ended).code, 0);
  assert.match(first.said.stderr, /job given back/);
  assertOnlyKept(library);
  const second = start(t, ['serve', '--config', config]);
  await addressOf(second);
  await published(t, 'lesson', library);
  await until('the staging folder to be cleared', () => names(join(library, 'staging')).length === 0);
});

test('the transcode of a job cannot reach the network', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const adding = start(t, ['add', recording(folder, 'lesson.mp4', long), '--config', hastyConfig(folder, library)]);
  const child = await childAtWork(adding.child.pid, library);
  const devices = readFileSync(`/proc/${child}/net/dev`, 'utf8').split('\n').slice(2).map((line) => line.split(':')[0].trim());
  if (spawnSync('unshare', ['--net', 'true']).status === 0 || spawnSync('unshare', ['--user', '--net', 'true']).status === 0)
    assert.deepEqual(devices.filter(Boolean), ['lo']);
  else t.skip('this system grants no network namespace');
  assert.match(readFileSync(`/proc/${child}/limits`, 'utf8'), /Max core file size +0 /);
});

test('a published lesson is improved in a second stage, which survives the death of its worker and changes nothing before its end', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const config = hastyConfig(folder, library, 'auto');
  const input = recording(folder, 'lesson.mp4', { seconds: 6, size: '192x144', filter: 'noise=alls=12:allf=t' });
  const added = await run(t, 'add', input, '--config', config);
  assert.equal(added.code, 0, added.stderr);
  const first = (await published(t, 'lesson', library)).version;

  const doomed = start(t, ['worker', '--config', config]);
  const child = await childAtWork(doomed.child.pid, library);
  doomed.child.kill('SIGKILL');
  await doomed.ended;
  await until('the orphan to die with its parent', () => !isRunning(child));
  assert.equal((await published(t, 'lesson', library)).version, first);

  const server = start(t, ['serve', '--config', config]);
  const address = await addressOf(server);
  const playlist = async (query) => (await fetch(`${address}/l/lesson/multivariant.m3u8${query}`)).text();
  assert.doesNotMatch(await playlist('?video=any'), /av01/);
  const better = await until('the lesson to be improved', async () => {
    const facts = await published(t, 'lesson', library);
    return facts.version !== first && facts;
  }, 600);
  const { jobs } = await (await fetch(`${address}/api/v1/jobs`)).json();
  assert.deepEqual(jobs.map(({ kind, state, tries }) => [kind, state, tries]), [['improve', 'published', 2], ['transcode', 'published', 1]]);
  assert.ok(better.renditions.some(({ codec }) => codec === 'av1'));
  assert.ok(better.renditions.some(({ codec }) => codec === 'h264'));
  await until('the server to tell of it', async () => /av01/.test(await playlist('?video=any')), 30);
  assert.doesNotMatch(await playlist(''), /av01/); // a player that was promised nothing gets what everybody plays
  assert.deepEqual(names(join(library, 'versions')), [first, better.version].sort());
  // What was taken over from the version before it may have been damaged since: it is hashed when it is first read.
  assert.deepEqual(names(join(library, 'verified')), [first]);
  assert.deepEqual(names(join(library, 'incoming')), []);
  assert.deepEqual(names(join(library, 'staging')), []);
});

test('what is dropped into the watched folder becomes a lesson, and what cannot is refused with a reason', async (t) => {
  const folder = folderFor(t);
  const [library, inbox] = [join(folder, 'library'), join(folder, 'inbox')];
  const config = join(folder, 'watching.yaml');
  writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${library}}\nwatched_folder: {path: ${inbox}, settle: 1s}\ntranscode: {av1: off}\n`);
  const server = start(t, ['serve', '--config', config]);
  await until('the folder to be watched', () => names(inbox).includes('taken'));
  mkdirSync(join(inbox, 'Maths 5'));
  writeFileSync(join(inbox, 'Maths 5', 'Fractions.sw.vtt'), 'WEBVTT\n\n00:00.500 --> 00:02.000\nSehemu\n');
  const described = join(inbox, 'Maths 5', 'Fractions.sw.described.m4a');
  assert.equal(spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=frequency=660:duration=2', '-c:a', 'aac', described]).status, 0);
  recording(join(inbox, 'Maths 5'), 'Fractions.mp4');
  writeFileSync(join(inbox, 'bad.mp4'), 'x');
  writeFileSync(join(inbox, 'bad.json'), '{"titel": "x"}');
  const facts = await published(t, 'fractions', library);
  assert.deepEqual(names(join(inbox, 'taken', 'fractions')), ['Fractions.mp4', 'Fractions.sw.described.m4a', 'Fractions.sw.vtt']);
  assert.ok(facts.renditions.some(({ kind, language }) => kind === 'text' && language === 'sw'), 'the captions are there');
  await until('the other to be refused', () => names(join(inbox, 'refused')).includes('bad.mp4.reason.txt'));
  assert.deepEqual(names(join(inbox, 'refused', 'bad.mp4')), ['bad.json', 'bad.mp4']);
  assert.match(readFileSync(join(inbox, 'refused', 'bad.mp4.reason.txt'), 'utf8'), /"titel" is not known/);
  const address = await addressOf(server);
  const lessons = await (await fetch(`${address}/api/v1/lessons`)).json();
  assert.deepEqual(lessons.lessons.map(({ title, course }) => [title, course]), [['Fractions', 'Maths 5']]);
  // The described voice is a sound track more, which says what it is and is never chosen by itself.
  const tracks = (await (await fetch(`${address}/l/fractions/multivariant.m3u8`)).text()).split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA:TYPE=AUDIO'));
  const voices = tracks.filter((line) => /CHARACTERISTICS="public.accessibility.describes-video"/.test(line));
  assert.ok(voices.length > 0 && voices.length < tracks.length, tracks.join('\n'));
  for (const voice of voices) {
    assert.match(voice, /NAME="Kiswahili \(AD\)",LANGUAGE="sw"/);
    assert.doesNotMatch(voice, /DEFAULT=YES/);
  }
  const chosen = (await (await fetch(`${address}/l/fractions/multivariant.m3u8?audio=sw-x-described`)).text()).split('\n').filter((line) => /^#EXT-X-MEDIA:TYPE=AUDIO.*DEFAULT=YES/.test(line));
  assert.ok(chosen.length > 0 && chosen.every((line) => line.includes('describes-video')), chosen.join('\n'));
  const [, page] = /<script type="application\/json" id="lesson">(.*?)<\/script>/s.exec(await (await fetch(`${address}/watch/fractions`)).text()) ?? [];
  const offered = JSON.parse(page).renditions.filter(({ kind }) => kind === 'audio').map(({ language, label }) => `${language} ${label}`);
  assert.ok(offered.includes('sw-x-described Kiswahili (AD)'), `the page offers it as a choice of its own: ${offered}`);
  const sound = facts.renditions.find(({ id, kind, language }) => kind === 'audio' && language === 'sw' && id.includes('sw'));
  assert.ok(sound.bytes > 1000, 'and there is sound in it');
});
