// The second stage with transcode.saver_codec: hevc, on real recordings: what it adds, read by readers that are not ours, and that
// it is the same each time and after an interruption.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { checkVersion } from '../../media/checks/all.mjs';
import { readInit, readSegment } from '../../media/checks/boxes.mjs';
import { folderFor, killed, names, packets, recording, run, start } from './chalkline.mjs';

const json = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));
const hash = (path) => createHash('sha256').update(readFileSync(join(path, 'index.json'))).digest('hex');

// A folder with a recording of moving, grainy pictures and its version; and how HEVC is added to that.
async function prepared(t, seconds, options = {}) {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds, size: '192x144', filter: 'noise=alls=12:allf=t', ...options });
  const config = join(folder, 'c.yaml');
  writeFileSync(config, 'transcode: {x264_preset: veryfast, saver_codec: hevc, measure_ordinary: false}\n');
  const old = join(folder, 'old');
  const made = await run(t, 'transcode', input, '--out', old, '--config', config);
  assert.equal(made.code, 0, made.stderr);
  return { folder, input, config, old, improve: (out) => ['transcode', input, '--improve', old, '--out', join(folder, out), '--config', config] };
}

test('HEVC is added to a version, and other people\'s readers find nothing wrong with it', async (t) => {
  const { folder, old, improve } = await prepared(t, 9);
  const improved = await run(t, ...improve('made'));
  assert.equal(improved.code, 0, improved.stderr);
  assert.doesNotMatch(improved.stderr, /x265/);
  const made = join(folder, 'made');
  const before = json(old, 'index.json');
  const after = json(made, 'index.json');
  for (const file of before.files.filter(({ path }) => !/^multivariant/.test(path))) assert.deepEqual(after.files.find(({ path }) => path === file.path), file);

  const saver = after.renditions.filter(({ codec }) => codec === 'hevc');
  assert.ok(saver.length > 0);
  const times = ({ segments }) => segments.map(([begin, duration]) => [begin, duration]);
  const [usual] = before.renditions;
  assert.ok(times(usual).length > 1);
  for (const rendition of saver) {
    assert.match(rendition.codecs, /^hvc1\.1\.6\.L\d+(\.[0-9A-F]+)+$/);
    assert.equal(rendition.timescale, usual.timescale);
    assert.deepEqual(times(rendition), times(usual));
    const whole = join(folder, 'whole.mp4');
    const bytes = ['init.mp4', ...times(usual).map((_time, i) => `${i + 1}.m4s`)].map((name) => readFileSync(join(made, rendition.id, name)));
    writeFileSync(whole, Buffer.concat(bytes));
    assert.ok(!Buffer.concat(bytes).includes('x265'));
    const keys = packets(whole).filter(({ flags }) => flags.startsWith('K')).map(({ pts }) => Number(pts));
    assert.deepEqual(keys, times(usual).map(([begin]) => begin));
  }
  assert.deepEqual((await checkVersion(made)).problems, []);

  // Each codec alone, and both in one for players that stay with one.
  const playlist = (name) => readFileSync(join(made, name), 'utf8');
  assert.doesNotMatch(playlist('multivariant.m3u8'), /hvc1/);
  assert.match(playlist('multivariant-hevc.m3u8'), /avc1[^]*hvc1/);
  assert.deepEqual(names(made).filter((name) => /av1/.test(name)), []);

  const inspected = json(made, 'analysis-hevc.json');
  const told = JSON.parse((await run(t, 'inspect', made, '--json')).stdout);
  assert.deepEqual(told.renditions.filter(({ codec }) => codec === 'hevc').sort((a, b) => a.id.localeCompare(b.id)).map(({ quality }) => quality), inspected.rungs.map((rung) => rung.expected_quality));
  assert.equal(told.saver_saves, inspected.saved);
  assert.match((await run(t, 'inspect', made)).stdout, /The HEVC ladder takes \d+ % less than the H\.264 one at the same quality/);

  const again = await run(t, 'transcode', join(folder, 'lesson.mp4'), '--improve', made, '--out', join(folder, 'again'));
  assert.equal(again.code, 2, again.stderr);
  assert.match(again.stderr, /has its HEVC renditions already/);
});

// The type of the first sample's slices.
function retype(dir, id, number, from, to) {
  const path = join(dir, id, `${number}.m4s`);
  const bytes = readFileSync(path);
  const [first] = readSegment(bytes, readInit(readFileSync(join(dir, id, 'init.mp4')))).samples;
  let changed = 0;
  for (let at = first.offset; at < first.offset + first.size; at += 4 + bytes.readUInt32BE(at)) {
    if (!from.includes((bytes[at + 4] >> 1) & 63)) continue;
    bytes[at + 4] = (bytes[at + 4] & 0x81) | (to << 1);
    ++changed;
  }
  assert.ok(changed > 0);
  writeFileSync(path, bytes);
}

test('the readers object to a segment that begins with an open group, to SEI, and to a CODECS that is not the stream\'s', async (t) => {
  const { folder, improve } = await prepared(t, 7);
  assert.equal((await run(t, ...improve('made'))).code, 0);
  const { id, codecs } = json(folder, 'made', 'index.json').renditions.find(({ codec }) => codec === 'hevc');
  const kFaults = [
    ['segments', /an open group of pictures/, (dir) => retype(dir, id, 2, [19, 20], 21)],
    ['segments', /SEI/, (dir) => retype(dir, id, 2, [19, 20], 39)],
    ['segments', /parameter sets/, (dir) => retype(dir, id, 2, [19, 20], 33)],
    ['variants', /hvc1/, (dir) => {
      const path = join(dir, 'multivariant-hevc.m3u8');
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(codecs, codecs.replace(/L\d+/, 'L30')));
    }],
  ];
  for (const [i, [check, text, fault]] of kFaults.entries()) {
    const bad = join(folder, `bad-${i}`);
    cpSync(join(folder, 'made'), bad, { recursive: true });
    fault(bad);
    const { problems } = await checkVersion(bad, {}, [check]);
    assert.ok(problems.some((problem) => problem.check === check && text.test(problem.text)), JSON.stringify(problems));
  }
});

test('the same recording always becomes the same version, whatever was in the memory before, and after an interruption', async (t) => {
  const { folder, improve } = await prepared(t, 80, { rate: 5 });
  const first = await run(t, ...improve('first'));
  assert.equal(first.code, 0, first.stderr);
  const other = start(t, improve('other'), { env: { MALLOC_PERTURB_: '170' } });
  assert.equal((await other.ended).code, 0);
  assert.equal(hash(join(folder, 'other')), hash(join(folder, 'first')));

  const kept = () => names(join(folder, '.killed.partial', 'resume'));
  assert.ok(await killed(t, improve('killed'), () => kept().some((name) => /^video-\d+-1$/.test(name))));
  const resumed = await run(t, ...improve('killed'));
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(hash(join(folder, 'killed')), hash(join(folder, 'first')));
});
