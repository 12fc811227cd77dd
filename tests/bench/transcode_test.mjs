// The ffmpeg that a transcode is measured against: the version's own rungs at its own settings. Run by node --test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ffmpegArguments } from '../../bench/transcode/ffmpeg.mjs';

const video = (more) => ({ kind: 'video', codec: 'h264', width: 640, height: 480, timescale: 1000, bytes: 100_000, segments: [[0, 2000, 1, 1], [2000, 8000, 1, 1]], ...more });
const index = { duration_ms: 10_000, renditions: [video({}), video({ bytes: 200_000 }), { kind: 'audio', codec: 'opus', channels: 1, bytes: 20_000 }, { kind: 'text' }] };
const make = (more) => ffmpegArguments({ index, plan: null, preset: 'slow', path: 'in.mp4', out: 'o', ...more });
const after = (args, name) => args.flatMap((one, i) => (one === name ? [args[i + 1]] : []));

test('without a plan a rung is made at the bits it came to, with its own keyframes', () => {
  const args = make({});
  assert.deepEqual(after(args, '-b:v'), ['80000', '160000']);
  assert.deepEqual(after(args, '-force_key_frames'), ['0.0000,2.0000', '0.0000,2.0000']);
  assert.deepEqual(after(args, '-preset'), ['slow', 'slow']);
  assert.deepEqual(after(args, '-b:a'), ['16k']);
  assert.match(after(args, '-filter_complex')[0], /^\[0:v:0\]split=2\[i0\]\[i1\];\[i0\]scale=640:480\[v0\];/);
});

test('planned rungs of one size are told apart by their order, and slower ones are slower here too', () => {
  const rung = (crf, interval) => ({ width: 640, height: 480, crf, max_kbps: 100, interval });
  const args = make({ plan: { kind: 'moving', rungs: [rung(34, 0.2), rung(28, 0)] } });
  assert.deepEqual(after(args, '-crf'), ['34', '28']);
  assert.deepEqual(after(args, '-maxrate'), ['100k', '100k']);
  assert.match(after(args, '-filter_complex')[0], /\[i0\]fps=5.0000,scale/);
  assert.ok(after(args, '-x264-params').every((one) => one.endsWith('psy=0:aq-mode=0')));
});

test('an HEVC rung is made by x265, at the version\'s own preset', () => {
  const args = ffmpegArguments({ index: { ...index, renditions: [video({ codec: 'hevc' })] }, plan: null, preset: 'slow', path: 'in.mp4', out: 'o' });
  assert.deepEqual(after(args, '-c:v'), ['libx265']);
  assert.deepEqual(after(args, '-preset'), ['slow']);
});

test('an AV1 rung is made by SVT-AV1', () => {
  const args = ffmpegArguments({ index: { ...index, renditions: [video({ codec: 'av1' })] }, plan: null, preset: 'slow', path: 'in.mp4', out: 'o' });
  assert.deepEqual(after(args, '-c:v'), ['libsvtav1']);
});
