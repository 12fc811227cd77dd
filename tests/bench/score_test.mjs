// Scores of generated pictures whose answer is known: what is held must count as held, what comes late as late. Run by
// node --test; needs ffmpeg.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { score } from '../../bench/quality/score.mjs';
import { probe } from '../../bench/support/probe.mjs';
import { run } from '../../bench/support/processes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'score-test-'));
process.env.BENCH_CACHE = join(folder, 'cache');
after(() => rmSync(folder, { recursive: true, force: true }));

// Three seconds whose picture changes once a second, without loss, at the rate and with the filters given.
async function pictures(name, rate, filters = '') {
  const path = join(folder, name);
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc=size=160x120:rate=1:duration=3,fps=${rate}${filters}`, '-vsync', 'passthrough', '-c:v', 'libx264', '-qp', '0', '-pix_fmt', 'yuv420p', path]);
  return path;
}

const source = await pictures('source.mp4', 10);
const facts = await probe(source);
const against = (distorted) => score({ distorted, source, facts, seconds: 3 });

test('a rung that leaves out repeated frames is as good as the source', async () => {
  const { ssim, psnr } = await against(await pictures('held.mp4', 1));
  assert.equal(ssim, 1);
  assert.equal(psnr, 100);
});

test('a rung of another regular rate is compared at the moments of the source', async () => {
  assert.equal((await against(await pictures('dense.mp4', 20))).ssim, 1);
});

test('a change that comes a source frame late costs', async () => {
  const late = await against(await pictures('late.mp4', 10, ',tpad=start=1:start_mode=clone'));
  assert.ok(late.ssim < 1 && late.ssim > 0.9, `${late.ssim}`);
});

test('a smaller picture is judged at the size of the source', async () => {
  const small = await against(await pictures('small.mp4', 10, ',scale=80:60'));
  assert.ok(small.ssim < 0.99 && small.psnr < 40, JSON.stringify(small));
});
