// `transcode` and `inspect` on real recordings: what is printed, and what an interruption leaves.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';

import { assertRefused, folderFor, names, packets, recording, run, soundAlone, start, until } from './chalkline.mjs';

test('a recording becomes a version, a table says what it costs, and inspect says the same', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'Water cycle.mp4');
  const out = join(folder, 'out');
  const captions = join(folder, 'captions.vtt');
  writeFileSync(captions, 'WEBVTT\n\n00:00.000 --> 00:02.000\nMaji\n');
  const made = await run(t, 'transcode', input, '--out', out, '--captions', `${captions}:sw`, '--language', 'sw');
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^Water cycle \(0:03, /);
  assert.match(made.stdout, /rendition +codec +language +size +fps +kbit\/s +peak +MB\/hour +quality +segments +bytes\n/);
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

// Whole thousandths of what analysis.json has to two places.
function assertThousandths(told, rungs) {
  assert.equal(told.length, rungs.length);
  rungs.forEach(({ expected_quality: quality }, i) => assert.ok(Number.isInteger(told[i]) && Math.abs(told[i] - quality * 10) < 0.56, `${told[i]}, ${quality}`));
}

test('inspect tells each rung\'s quality, draws a picture, and never into the version', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 4 });
  const out = join(folder, 'out');
  assert.equal((await run(t, 'transcode', input, '--out', out)).code, 0);
  const facts = JSON.parse((await run(t, 'inspect', out, '--json')).stdout);
  const { rungs } = JSON.parse(readFileSync(join(out, 'analysis.json'), 'utf8'));
  const pictures = facts.renditions.filter(({ kind }) => kind === 'video');
  assert.deepEqual(pictures.map(({ quality }) => quality), rungs.map(({ expected_quality: quality }) => quality));
  for (const { quality } of pictures) assert.ok(quality > 0 && quality <= 100);
  // Players are told it in thousandths.
  const { renditions } = JSON.parse(readFileSync(join(out, 'index.json'), 'utf8'));
  const inIndex = renditions.filter(({ kind }) => kind === 'video').map(({ quality }) => quality);
  assertThousandths(inIndex, rungs);
  for (const rung of facts.ordinary_ladder) assert.ok(rung.average_bandwidth > 0 && rung.quality > 0 && rung.height > 0, JSON.stringify(rung));
  assert.ok(facts.ordinary_ladder.length > 0);

  const plot = join(folder, 'picture.svg');
  const drawn = await run(t, 'inspect', out, '--plot', plot);
  assert.equal(drawn.code, 0, drawn.stderr);
  assert.match(drawn.stdout, /quality/);
  const svg = readFileSync(plot, 'utf8');
  for (const { width, height, quality } of pictures) assert.ok(svg.includes(`${width}x${height} h264`) && svg.includes(`quality ${quality.toFixed(0)}`));
  assert.match(svg, /an ordinary site's ladder/);

  const before = names(out);
  assertRefused(await run(t, 'inspect', out, '--plot', join(out, 'picture.svg')), 2, /picture\.svg: a version is never changed; give --plot a place outside/);
  assertRefused(await run(t, 'inspect', out, '--plot', join(out, 'video', 'picture.svg')), 2, /a version is never changed/);
  assertRefused(await run(t, 'inspect', out, '--plot', join(folder, 'picture.png')), 2, /an SVG file; give --plot a name that ends in \.svg/);
  assertRefused(await run(t, 'inspect', out, '--plot', join(folder, 'nowhere', 'picture.svg')), 1, /nowhere\/picture\.svg/);
  assert.deepEqual(names(out), before);

  assertRefused(await run(t, 'inspect', folder, '--plot', plot), 4, /cannot inspect .*index\.json: No such file or directory; give a folder made by/);
  assertRefused(await run(t, 'inspect', input), 4, /neither a folder nor a lesson's id/);
  writeFileSync(join(out, 'analysis.json'), '{"kind":');
  assertRefused(await run(t, 'inspect', out), 4, /analysis\.json is damaged/);
  writeFileSync(join(out, 'index.json'), 'not a version');
  assertRefused(await run(t, 'inspect', out), 4, /index/);
});

test('the same recording always becomes the same version, whatever was in the memory before', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 4, size: '360x360', filter: 'noise=alls=12:allf=t' });
  const made = new Set();
  for (const filler of ['0', '85', '170', '255']) {
    const out = join(folder, `made-${filler}`);
    const { ended } = start(t, ['transcode', input, '--out', out], { env: { MALLOC_PERTURB_: filler } });
    assert.equal((await ended).code, 0);
    made.add(createHash('sha256').update(readFileSync(join(out, 'index.json'))).digest('hex'));
  }
  assert.equal(made.size, 1);
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

test('a recording of sound alone is heard before it is encoded, and tells so', async (t) => {
  const folder = folderFor(t);
  const input = soundAlone(folder, 'talk.m4a');
  const made = await run(t, 'transcode', input, '--out', join(folder, 'out'), '--json');
  assert.equal(made.code, 0, made.stderr);
  const events = made.stdout.trimEnd().split('\n').map((line) => JSON.parse(line)).filter(({ event }) => event === 'progress');
  assert.deepEqual([...new Set(events.map(({ stage }) => stage))].slice(0, 2), ['probing', 'analysing']);
  events.forEach(({ fraction }, i) => assert.ok(fraction >= (events[i - 1]?.fraction ?? 0) && fraction <= 1, made.stdout));
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

test('AV1 is added to a version: the old files stay, segments and timing are the same, and each begins with a key frame', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 9, size: '192x144', filter: 'noise=alls=12:allf=t' });
  const config = join(folder, 'c.yaml');
  writeFileSync(config, 'transcode:\n  x264_preset: veryfast\n  av1_preset: 12\n');
  const old = join(folder, 'old');
  const made = join(folder, 'made');
  assert.equal((await run(t, 'transcode', input, '--out', old, '--config', config)).code, 0);
  const improved = await run(t, 'transcode', input, '--improve', old, '--out', made, '--config', config);
  assert.equal(improved.code, 0, improved.stderr);
  const index = (path) => JSON.parse(readFileSync(join(path, 'index.json'), 'utf8'));
  const before = index(old);
  const after = index(made);
  const changed = new Set(after.files.map(({ path }) => path).filter((path) => /^multivariant/.test(path)));
  for (const file of before.files) {
    if (changed.has(file.path)) continue;
    assert.deepEqual(after.files.find(({ path }) => path === file.path), file);
    assert.ok(readFileSync(join(old, file.path)).equals(readFileSync(join(made, file.path))), file.path);
  }
  const saver = after.renditions.filter(({ codec }) => codec === 'av1');
  assert.ok(saver.length > 0);
  const times = ({ segments }) => segments.map(([start, duration]) => [start, duration]);
  const [usual] = before.renditions;
  assert.ok(times(usual).length > 1);
  for (const rendition of saver) {
    assert.match(rendition.codecs, /^av01\.0\.\d\dM\.10$/);
    assert.equal(rendition.timescale, usual.timescale);
    assert.deepEqual(times(rendition), times(usual));
    const bytes = ['init.mp4', ...times(usual).map((_time, i) => `${i + 1}.m4s`)].map((name) => readFileSync(join(made, rendition.id, name)));
    assert.ok(bytes[0].includes('av1C'));
    const whole = join(folder, 'whole.mp4');
    writeFileSync(whole, Buffer.concat(bytes));
    const keys = packets(whole).filter(({ flags }) => flags.startsWith('K')).map(({ pts }) => Number(pts));
    assert.deepEqual(keys, times(usual).map(([start]) => start));
  }
  // The quality of each is told as that of the others is.
  const inspected = JSON.parse((await run(t, 'inspect', made, '--json')).stdout);
  const { rungs, saved } = JSON.parse(readFileSync(join(made, 'analysis-av1.json'), 'utf8'));
  const told = inspected.renditions.filter(({ codec }) => codec === 'av1').sort((a, b) => a.id.localeCompare(b.id));
  assert.deepEqual(told.map(({ quality }) => quality), rungs.map(({ expected_quality: quality }) => quality));
  const indexed = JSON.parse(readFileSync(join(made, 'index.json'), 'utf8')).renditions.filter(({ codec }) => codec === 'av1');
  assertThousandths(indexed.map(({ quality }) => quality), rungs);
  assert.equal(inspected.saver_saves, saved);
  assert.match((await run(t, 'inspect', made)).stdout, /The AV1 ladder takes \d+ % less than the H\.264 one at the same quality/);
  // Once is enough, and only for the recording that the version was made of.
  const again = await run(t, 'transcode', input, '--improve', made, '--out', join(folder, 'again'), '--config', config);
  assert.equal(again.code, 2, again.stderr);
  assert.match(again.stderr, /already/);
  const other = recording(folder, 'other.mp4', { seconds: 4 });
  const wrong = await run(t, 'transcode', other, '--improve', old, '--out', join(folder, 'wrong'), '--config', config);
  assert.equal(wrong.code, 2, wrong.stderr);
  assert.match(wrong.stderr, /made of another recording, lesson\.mp4/);
  assert.deepEqual(names(folder).filter((name) => /again|wrong/.test(name)), []);
});

// An encoder of AV1 with a higher preset after one of 5 crashed, or waited for ever (transcode/saver.cpp).
test('AV1 is added where rungs are on both sides of 480 lines, whose presets differ', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { size: '512x512', rate: 10, filter: 'noise=alls=12:allf=t' });
  const config = join(folder, 'c.yaml');
  writeFileSync(config, 'transcode:\n  x264_preset: veryfast\n');
  assert.equal((await run(t, 'transcode', input, '--out', join(folder, 'old'), '--config', config)).code, 0);
  const improved = await run(t, 'transcode', input, '--improve', join(folder, 'old'), '--out', join(folder, 'made'), '--config', config);
  assert.equal(improved.code, 0, improved.stderr);
  const { renditions } = JSON.parse(readFileSync(join(folder, 'made', 'index.json'), 'utf8'));
  const heights = renditions.filter(({ codec }) => codec === 'av1').map(({ height }) => height);
  assert.ok(Math.min(...heights) <= 480 && Math.max(...heights) > 480, heights.join(' '));
});

test('a lesson that AV1 would not make smaller keeps its version', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 3 });
  const old = join(folder, 'old');
  const config = join(folder, 'c.yaml');
  writeFileSync(config, 'transcode:\n  fixed_ladder: true\n  ladder:\n    - {height: 144, crf: 35, max_kbps: 100}\n');
  assert.equal((await run(t, 'transcode', input, '--out', old, '--config', config)).code, 0);
  const improved = await run(t, 'transcode', input, '--improve', old, '--out', join(folder, 'made'), '--config', config);
  assert.equal(improved.code, 0, improved.stderr);
  assert.match(improved.stdout, /nothing was made/);
  assert.deepEqual(names(folder), ['c.yaml', 'lesson.mp4', 'old']);
});
