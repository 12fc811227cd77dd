// `transcode` and `inspect` on real recordings: what is printed, and what an interruption leaves.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';

import { folderFor, names, recording, run, start, until } from './chalkline.mjs';

test('a recording becomes a version, a table says what it costs, and inspect says the same', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'Water cycle.mp4');
  const out = join(folder, 'out');
  const captions = join(folder, 'captions.vtt');
  writeFileSync(captions, 'WEBVTT\n\n00:00.000 --> 00:02.000\nMaji\n');
  const made = await run(t, 'transcode', input, '--out', out, '--captions', `${captions}:sw`, '--language', 'sw');
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^Water cycle \(0:03, /);
  assert.match(made.stdout, /rendition +codec +language +size +fps +kbit\/s +peak +MB\/hour +segments +bytes\n/);
  assert.match(made.stdout, / h264 .* 320x240 +15 /);
  assert.match(made.stdout, /text\/sw +webvtt +sw/);
  assert.match(made.stdout, /audio only/);
  const id = createHash('sha256').update(readFileSync(join(out, 'index.json'))).digest('hex');
  assert.match(made.stdout, new RegExp(`^version ${id}$`, 'm'));
  assert.match(made.stderr, /^(probing|encoding|publishing) /m);
  assert.doesNotMatch(made.stderr, /\r|\u001b/);
  assert.deepEqual(names(folder), ['Water cycle.mp4', 'captions.vtt', 'out']);

  const inspected = await run(t, 'inspect', out);
  assert.equal(inspected.code, 0);
  assert.equal(inspected.stdout, made.stdout);
  assert.equal(inspected.stderr, '');
  const facts = JSON.parse((await run(t, 'inspect', out, '--json')).stdout);
  assert.equal(facts.version, id);
  assert.equal(facts.language, 'sw');
  assert.ok(facts.renditions.some(({ kind, width }) => kind === 'video' && width === 320));
  assert.ok(facts.variants.some(({ height }) => height === 0));
  for (const rendition of facts.renditions) assert.ok(rendition.peak_bandwidth >= rendition.average_bandwidth);
});

test('json lines are progress that only grows, then one done line', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4');
  const made = await run(t, 'transcode', input, '--out', join(folder, 'out'), '--title', 'T "1"', '--json');
  assert.equal(made.code, 0, made.stderr);
  assert.equal(made.stderr, '');
  const events = made.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  const done = events.pop();
  assert.equal(done.event, 'done');
  assert.equal(done.title, 'T "1"');
  assert.match(done.version, /^[0-9a-f]{64}$/);
  assert.ok(events.length > 0);
  let last = 0;
  for (const event of events) {
    assert.equal(event.event, 'progress');
    assert.ok(event.fraction >= last && event.fraction <= 1, JSON.stringify(events));
    last = event.fraction;
  }
});

test('a failure in json lines carries code, sentence and exit code', async (t) => {
  const folder = folderFor(t);
  const input = join(folder, 'text.mp4');
  writeFileSync(input, 'no video at all');
  const refused = await run(t, 'transcode', input, '--out', join(folder, 'out'), '--json');
  assert.equal(refused.code, 4);
  const event = JSON.parse(refused.stdout.trimEnd().split('\n').at(-1));
  assert.equal(event.event, 'error');
  assert.equal(event.code, 'unusable_input');
  assert.equal(event.exit_code, 4);
  assert.match(event.message, /text\.mp4/);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  test(`${signal} ends a transcode with one sentence and leaves nothing`, async (t) => {
    const folder = folderFor(t);
    const input = recording(folder, 'lesson.mp4', { seconds: 60, size: '640x360' });
    const running = start(t, ['transcode', input, '--out', join(folder, 'out')]);
    await until('the work to begin', () => /^(analysing|encoding)/m.test(running.said.stderr));
    running.child.kill(signal);
    const ended = await running.ended;
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr.trimEnd().split('\n').at(-1), /^chalkline: /);
    assert.deepEqual(names(folder), ['lesson.mp4']);
  });

test('what a killed transcode left is gone after the next one', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 10, size: '640x360' });
  const out = join(folder, 'out');
  const running = start(t, ['transcode', input, '--out', out]);
  await until('the work to begin', () => /^(analysing|encoding)/m.test(running.said.stderr));
  running.child.kill('SIGKILL');
  await running.ended;
  assert.ok(!existsSync(out));
  const again = await run(t, 'transcode', input, '--out', out);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(names(folder), ['lesson.mp4', 'out']);
});

test('the configuration decides the ladder', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 2, size: '640x480' });
  const config = join(folder, 'c.yaml');
  writeFileSync(config, 'transcode:\n  fixed_ladder: true\n  ladder:\n    - {height: 144, crf: 35, max_kbps: 100}\n');
  const made = await run(t, 'transcode', input, '--out', join(folder, 'out'), '--config', config, '--json');
  assert.equal(made.code, 0, made.stderr);
  const { renditions } = JSON.parse(made.stdout.trimEnd().split('\n').at(-1));
  assert.deepEqual(renditions.filter(({ kind }) => kind === 'video').map(({ height }) => height), [144]);
});
