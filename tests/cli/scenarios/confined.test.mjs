// The transcode as the prison of a hostile recording: the real program, with a library preloaded that takes over its decoder
// (tests/confine/taken_over.cpp, TAKEN_OVER), and the real child of a real server, stopped in its tracks.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { addressOf, assertRefused, childrenOf, folderFor, names, recording, run, start, transcodeBelow, until } from './chalkline.mjs';

const preload = { LD_PRELOAD: process.env.TAKEN_OVER };

/** What this machine grants: {landlock, empty_network, system_calls}. */
async function granted(t, folder) {
  const config = join(folder, 'empty.yaml');
  writeFileSync(config, 'log: {level: info}\n');
  return JSON.parse((await run(t, 'check-config', config, '--json')).stdout).confinement;
}

test('a decoder that is taken over reaches nothing but its own folder', async (t) => {
  const folder = folderFor(t);
  const { landlock, system_calls: filtered } = await granted(t, folder);
  const input = recording(folder, 'lesson.mp4', { seconds: 1 });
  const size = readFileSync(input).length;
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'marks of class 5');
  const own = join(folder, 'own');
  mkdirSync(own);
  let visits = 0;
  const server = createServer((socket) => { visits += 1; socket.destroy(); });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => server.close());

  const refused = await run(t, 'transcode', '--confined', '--json', '--out', join(own, 'version'), input, {
    env: {
      ...preload, ATTACK_REPORT: join(own, 'report'), ATTACK_SECRET: secret, ATTACK_FOLDER: folder, ATTACK_RECORDING: input,
      ATTACK_PORT: String(server.address().port),
    },
  });
  assert.equal(refused.code, 4, refused.stderr);
  const report = Object.fromEntries(readFileSync(join(own, 'report'), 'utf8').trimEnd().split('\n').map((line) => line.split(' ')));
  if (landlock > 0) {
    for (const what of ['read', 'passwd', 'parent', 'write', 'mkdir', 'remove', 'thread']) assert.equal(report[what], 'EACCES', what);
    assert.notEqual(report.spoil, 'done');
    assert.equal(readFileSync(secret, 'utf8'), 'marks of class 5');
    assert.equal(readFileSync(input).length, size);
    assert.deepEqual(names(folder), ['empty.yaml', 'lesson.mp4', 'own', 'secret']);
  }
  if (filtered) for (const what of ['socket', 'signal', 'fork']) assert.equal(report[what], 'EPERM', what);
  assert.notEqual(report.connect, 'done');
  assert.equal(visits, 0);
});

test('one that starts a program ends as an unusable recording, and leaves nothing', async (t) => {
  const folder = folderFor(t);
  if (!(await granted(t, folder)).system_calls) return t.skip('no filter of system calls on this machine');
  const input = recording(folder, 'lesson.mp4', { seconds: 1 });
  const refused = await run(t, 'transcode', input, '--out', join(folder, 'out'), { env: { ...preload, ATTACK_PROGRAM: '/bin/true' } });
  assertRefused(refused, 4, /asked the system for what no recording needs/);
  assert.deepEqual(names(folder), ['empty.yaml', 'lesson.mp4']);
});

test('one that never gets past the opening is ended by its CPU time', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 1 });
  const refused = await run(t, 'transcode', input, '--out', join(folder, 'out'), { env: { ...preload, ATTACK_SPINS: 'yes' } });
  assertRefused(refused, 4, /lesson\.mp4 keeps its reader busy without ever giving a picture or a sound; export the recording/i);
  assert.deepEqual(names(folder), ['lesson.mp4']);
});

test('every thread at work has given up network, new privileges and most system calls', async (t) => {
  const folder = folderFor(t);
  const can = await granted(t, folder);
  const running = start(t, ['transcode', recording(folder, 'lesson.mp4', { seconds: 30, size: '640x360' }), '--out', join(folder, 'out')]);
  await until('the work to begin', () => /^(analysing|encoding)/m.test(running.said.stderr));
  const child = transcodeBelow(running.child.pid);
  assert.ok(child, 'the work is done in a process of its own');
  const threads = readdirSync(`/proc/${child}/task`).flatMap((id) => {
    try {
      return [readFileSync(`/proc/${child}/task/${id}/status`, 'utf8')];
    } catch {
      return [];  // it ended while we looked
    }
  });
  assert.ok(threads.length > 2);
  for (const status of threads) {
    assert.match(status, /^NoNewPrivs:\t1$/m);
    if (can.system_calls) assert.match(status, /^Seccomp:\t2$/m);
    const powers = BigInt(`0x${/^CapEff:\t([0-9a-f]+)$/m.exec(status)[1]}`);
    assert.equal(powers & ~0xen, 0n);
  }
  if (can.empty_network) assert.notEqual(readlinkSync(`/proc/${child}/ns/net`), readlinkSync('/proc/self/ns/net'));
  const limits = readFileSync(`/proc/${child}/limits`, 'utf8');
  assert.match(limits, /^Max core file size +0 +0 /m);
  assert.match(limits, /^Max open files +256 +256 /m);
  assert.match(limits, /^Max data size +6000000000 +6000000000 /m);
});

test('a transcode that stands still is a failed job with a reason, and the server goes on serving', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const config = join(folder, 'c.yaml');
  writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${library}}\nworker: {lease: 5s, stall_timeout: 10s, max_tries: 1}\ntranscode: {av1: off}\n`);
  const adding = start(t, ['add', recording(folder, 'lesson.mp4', { seconds: 30, size: '640x360' }), '--config', config]);
  await until('the work to begin', () => /^(analysing|encoding)/m.test(adding.said.stderr));
  adding.child.kill('SIGTERM');
  await adding.ended;
  const server = start(t, ['serve', '--config', config]);
  const address = await addressOf(server);
  const child = await until('the transcode to begin', () => transcodeBelow(server.child.pid));
  await until('the transcode to write', () => names(join(library, 'staging')).some((job) => names(join(library, 'staging', job)).length > 0));
  process.kill(child, 'SIGSTOP');
  const reason = await until('the job to fail', () => /job failed .*/.exec(server.said.stderr)?.[0]);
  assert.match(reason, /made no progress for longer than worker\.stall_timeout and was stopped.*please report it/i);
  assert.equal((await fetch(`${address}/healthz`)).status, 200);
  assert.deepEqual(childrenOf(server.child.pid), []);
  assert.deepEqual(names(join(library, 'staging')), []);
});
