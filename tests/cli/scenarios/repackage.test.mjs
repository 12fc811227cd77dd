// An upload whose own stream suits a rung is that rung as it is; one that does not is encoded, for a reason that is told.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { folderFor, killed, names, run } from './chalkline.mjs';

const ffmpeg = (...args) => execFileSync('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...args], { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });

/** A little over a minute of what a camera's noise lies over, coded as for learners: an IDR each two seconds. `more`: of x264. */
function upload(folder, crf, more = '') {
  const path = join(folder, 'in.mp4');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=192x144:rate=10:duration=62,gblur=sigma=1,noise=alls=8:allf=t', '-f', 'lavfi', '-i', 'sine=frequency=300:duration=62',
    '-c:v', 'libx264', '-threads', '1', '-preset', 'fast', '-crf', crf, '-pix_fmt', 'yuv420p', '-x264-params', `keyint=20:min-keyint=20:scenecut=0${more}`,
    '-c:a', 'aac', '-shortest', path);
  return path;
}

/** Of every picture as ffmpeg decodes it: when it is shown in microseconds, and its checksum. */
function shown(path) {
  const lines = ffmpeg('-i', path, '-map', '0:v', '-vsync', 'passthrough', '-f', 'framemd5', '-').toString().split('\n');
  const [num, den] = lines.find((line) => line.startsWith('#tb 0: ')).match(/(\d+)\/(\d+)$/).slice(1).map(Number);
  return lines.filter((line) => line && !line.startsWith('#')).map((line) => {
    const fields = line.split(',').map((field) => field.trim());
    return [Math.round((Number(fields[2]) * num * 1e6) / den), fields.at(-1)];
  });
}

const idOf = (version) => createHash('sha256').update(readFileSync(join(version, 'index.json'))).digest('hex');

async function transcoded(t, folder, input, name, preset = 'veryfast') {
  const config = join(folder, 'chalkline.yaml');
  writeFileSync(config, `transcode: {x264_preset: ${preset}, av1: "off", measure_ordinary: false}\n`);
  const out = join(folder, name);
  const args = ['transcode', input, '--out', out, '--config', config];
  const made = await run(t, ...args);
  assert.equal(made.code, 0, made.stderr);
  const json = (file) => JSON.parse(readFileSync(join(out, file), 'utf8'));
  return { out, config, table: made.stdout, video: json('index.json').renditions.filter(({ kind }) => kind === 'video'), plan: json('analysis.json') };
}

test('an upload that suits a rung is that rung: its pictures at their times, cut where the others are, also after a kill', async (t) => {
  const folder = folderFor(t);
  const input = upload(folder, '30');
  const { out, config, table, video, plan } = await transcoded(t, folder, input, 'whole');
  assert.equal(plan.encoded_because, undefined);
  const own = video.at(-1);
  assert.deepEqual(video.map(({ repackaged }) => repackaged), [...video.slice(1).map(() => undefined), true]);
  assert.ok(table.includes(`  ${own.id} is the recording's own stream as it is\n`), table);
  assert.deepEqual(shown(join(out, own.playlist)), shown(input));

  // None is beaten by another in both bits and quality.
  assert.ok(video.length > 1, 'nothing to be beaten');
  const order = (key) => [...video].sort((a, b) => key(a) - key(b)).map(({ id }) => id);
  assert.deepEqual(order(({ average_bandwidth: bits }) => bits), order(({ quality }) => quality));
  assert.equal(new Set(video.map(({ quality }) => quality)).size, video.length);
  assert.equal(own.quality, 1000);
  // Boundaries are the lesson's, and each is one of the upload's IDRs, which come every two seconds.
  const times = ({ segments, timescale }) => segments.map(([start, length]) => [start / timescale, length / timescale]);
  for (const rung of video) assert.deepEqual(times(rung), times(own));
  assert.ok(own.segments.length > 5);
  for (const [start] of times(own)) assert.equal(start % 2, 0);

  const args = ['transcode', input, '--out', join(folder, 'out'), '--config', config, '--json'];
  const kept = () => names(join(folder, '.out.partial', 'resume'));
  assert.ok(await killed(t, args, () => kept().includes('plan')));
  assert.ok(await killed(t, args, () => kept().some((name) => /^video-/.test(name))));
  const last = await run(t, ...args);
  assert.equal(last.code, 0, last.stdout);
  assert.doesNotMatch(last.stdout, /"analysing"/);
  assert.equal(idOf(join(folder, 'out')), idOf(out));
});

for (const [what, because, crf, more] of [
  ['of open groups of pictures', /^has groups of pictures that are not closed$|^does not begin with an IDR|^has no IDR picture for/, '30', ':open-gop=1'],
  ['of a high rate', /^takes more than \d+ kbit\/s, for which a rung of our own is as good$/, '14', ''],
]) {
  test(`an upload ${what} is encoded, and inspect says why`, async (t) => {
    const folder = folderFor(t);
    const { table, video, plan } = await transcoded(t, folder, upload(folder, crf, more), 'made', 'ultrafast');
    assert.match(plan.encoded_because, because);
    assert.ok(table.includes(`the recording's own stream ${plan.encoded_because}: all rungs are encoded anew\n`), table);
    assert.ok(video.every(({ repackaged }) => repackaged === undefined));
  });
}
