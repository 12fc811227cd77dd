// A transcode that dies goes on where it was, and what comes of it is the same to the last byte.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { addressOf, folderFor, isRunning, killed, names, recording, run, start, transcodeBelow, until } from './chalkline.mjs';

const idOf = (version) => createHash('sha256').update(readFileSync(join(version, 'index.json'))).digest('hex');
const stagesOf = ({ stdout }) => [...new Set(stdout.trimEnd().split('\n').map((line) => JSON.parse(line).stage).filter(Boolean))];

// Quick encoders: these lessons are interrupted many times.
function hasty(folder, more = '') {
  const path = join(folder, `hasty${more.length}.yaml`);
  writeFileSync(path, `transcode:\n  x264_preset: veryfast\n  av1_preset: 12\n  measure_ordinary: false\n${more}`);
  return path;
}

// What a run that makes `folder`/out keeps of it.
const keptIn = (folder) => names(join(folder, '.out.partial', 'resume'));

test('a transcode that is killed goes on: no second planning, no finished group again, the same version', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 80, size: '192x144', rate: 10, filter: 'noise=alls=12:allf=t' });
  const config = hasty(folder);
  const whole = await run(t, 'transcode', input, '--out', join(folder, 'whole'), '--config', config, '--json');
  assert.equal(whole.code, 0, whole.stderr);
  assert.ok(stagesOf(whole).includes('analysing'));
  const args = ['transcode', input, '--out', join(folder, 'out'), '--config', config, '--json'];

  // After planning; after the first group that is worth keeping; then at any moments.
  assert.ok(await killed(t, args, () => keptIn(folder).includes('plan')));
  assert.ok(await killed(t, args, () => keptIn(folder).some((name) => /^video-/.test(name))));
  const group = keptIn(folder).find((name) => /^video-/.test(name));
  const stamp = () => statSync(join(folder, '.out.partial', 'resume', group)).mtimeMs;
  const first = stamp();
  for (let i = 0; i < 4; ++i) {
    const until = Date.now() + 100 + Math.random() * 700;
    await killed(t, args, () => Date.now() > until);
    if (keptIn(folder).includes(group)) assert.equal(stamp(), first);
  }
  const last = await run(t, ...args);
  if (last.code !== 0) assert.match(last.stdout, /not empty/); // the last kill came too late: the version is there
  else assert.ok(!stagesOf(last).includes('analysing'), last.stdout);
  assert.equal(idOf(join(folder, 'out')), idOf(join(folder, 'whole')));
  assert.deepEqual(names(folder).filter((name) => /partial|lock/.test(name)), []);
});

test('another configuration, a changed recording and a damaged plan begin anew', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 6, size: '160x120' });
  const config = hasty(folder);
  const args = (other = config) => ['transcode', input, '--out', join(folder, 'out'), '--config', other, '--json'];
  const kill = async () => assert.ok(await killed(t, args(), () => keptIn(folder).includes('plan')));
  const afresh = async (other) => {
    const made = await run(t, ...args(other));
    assert.equal(made.code, 0, made.stderr);
    assert.ok(stagesOf(made).includes('analysing'), made.stdout);
    const out = join(folder, `made${Math.random()}`);
    const again = await run(t, 'transcode', input, '--out', out, '--config', other ?? config);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(idOf(out), idOf(join(folder, 'out')));
    rmSync(join(folder, 'out'), { recursive: true });
  };
  await kill();
  await afresh(hasty(folder, '  quality_step: 8\n'));
  await kill();
  utimesSync(input, new Date(), new Date());
  await afresh();
  await kill();
  const plan = join(folder, '.out.partial', 'resume', 'plan');
  writeFileSync(plan, readFileSync(plan).subarray(0, -1));
  await afresh();
});

test('an improvement that is killed keeps its plan and its finished segments', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 24, size: '160x120', rate: 10, filter: 'noise=alls=12:allf=t' });
  const config = hasty(folder);
  const old = join(folder, 'old');
  assert.equal((await run(t, 'transcode', input, '--out', old, '--config', config)).code, 0);
  const whole = await run(t, 'transcode', input, '--improve', old, '--out', join(folder, 'whole'), '--config', config, '--json');
  assert.equal(whole.code, 0, whole.stderr);
  const args = ['transcode', input, '--improve', old, '--out', join(folder, 'out'), '--config', config, '--json'];
  assert.ok(await killed(t, args, () => keptIn(folder).includes('plan')));
  assert.ok(await killed(t, args, () => keptIn(folder).some((name) => /^video-/.test(name))));
  const kept = keptIn(folder);
  const stamp = () => kept.map((name) => statSync(join(folder, '.out.partial', 'resume', name)).mtimeMs);
  const first = stamp();
  await killed(t, args, () => keptIn(folder).length > kept.length);
  if (keptIn(folder).length > 0) assert.deepEqual(stamp(), first);
  const last = await run(t, ...args);
  assert.equal(last.code, 0, last.stdout);
  assert.ok(!stagesOf(last).includes('analysing'), last.stdout);
  assert.equal(idOf(join(folder, 'out')), idOf(join(folder, 'whole')));
});

test('captions that come while their recording is transcoded are kept over a kill, and its lesson has them', async (t) => {
  const folder = folderFor(t);
  const config = join(folder, 'chalkline.yaml');
  writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${join(folder, 'library')}}\nworker: {lease: 5s}\n`
    + 'transcode: {x264_preset: veryfast, av1: "off", measure_ordinary: false}\n');
  const { secret } = JSON.parse((await run(t, 'token', 'create', '--role', 'editor', '--label', 'team', '--config', config, '--json')).stdout);
  const authorization = `Bearer ${secret}`;
  let server = start(t, ['serve', '--config', config]);
  let address = await addressOf(server);
  const body = readFileSync(recording(folder, 'maji.mp4', { seconds: 12 }));
  assert.equal((await fetch(`${address}/files/maji.mp4`, { method: 'PUT', body, headers: { authorization } })).status, 201);
  const child = await until('the transcode', () => transcodeBelow(server.child.pid));
  process.kill(child, 'SIGSTOP'); // it is at work for as long as we want, on any machine
  const put = await fetch(`${address}/api/v1/lessons/maji/captions/sw`, { method: 'PUT', body: 'WEBVTT\n\n00:01.000 --> 00:03.000\nHabari ya maji\n',
    headers: { authorization, 'content-type': 'text/vtt', 'if-match': '*' } });
  assert.equal(put.status, 202);
  assert.deepEqual((await put.json()).waiting_captions, ['sw']);
  server.child.kill('SIGKILL');
  await server.ended;
  await until('the orphan to die with its parent', () => !isRunning(child));
  server = start(t, ['serve', '--config', config]);
  address = await addressOf(server);
  const lesson = await until('the lesson', async () => {
    const found = await (await fetch(`${address}/api/v1/lessons/maji`, { headers: { authorization } })).json();
    return found.version && found;
  });
  assert.deepEqual(lesson.text.map(({ language }) => language), ['sw'], 'from the moment that learners see it');
  assert.equal(lesson.waiting_captions, undefined);
  assert.match(await (await fetch(address + lesson.base + lesson.text[0].path)).text(), /Habari ya maji/);
});
