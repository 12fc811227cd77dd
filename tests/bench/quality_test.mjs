// Bits against quality: what belongs to a rung, curves and their differences, the peer's ladder. Run by node --test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audioOptions, framesPerSecond, heightsFor, videoOptions } from '../../bench/peers/ladder.mjs';
import { bdRate, costAtQuality } from '../../bench/quality/bd_rate.mjs';
import { beaten, compare, lines, rungTable } from '../../bench/quality/compare.mjs';
import { bytesWithin, filesOf } from '../../bench/quality/rungs.mjs';
import { vmafStep } from '../../bench/quality/score.mjs';
import { frameRateOf, shownSize } from '../../bench/support/probe.mjs';

const kCurve = [[50, 60], [100, 72], [200, 82], [400, 90]].map(([kbps, quality]) => ({ kbps, quality }));

test('BD-rate of the same curve is nothing, and of half the bits is half', () => {
  assert.ok(Math.abs(bdRate(kCurve, kCurve)) < 1e-9);
  assert.ok(Math.abs(bdRate(kCurve, kCurve.map((p) => ({ ...p, kbps: p.kbps / 2 }))) + 0.5) < 1e-9);
  assert.ok(Math.abs(bdRate(kCurve.map((p) => ({ ...p, kbps: p.kbps / 2 })), kCurve) - 1) < 1e-9);
});

test('curves that share no quality have no BD-rate', () => {
  const low = [{ kbps: 10, quality: 20 }, { kbps: 20, quality: 30 }];
  const high = [{ kbps: 10, quality: 80 }, { kbps: 20, quality: 90 }];
  assert.ok(Number.isNaN(bdRate(low, high)));
  assert.ok(Number.isNaN(bdRate(low, [low[0]])));
});

test('a single rung is compared with the anchor at its own quality, and nothing is extrapolated', () => {
  const expect = (kbps, quality, rate, bound) => {
    const cost = costAtQuality(kCurve, { kbps, quality });
    assert.ok(Math.abs(cost.rate - rate) < 1e-9 && cost.bound === bound, JSON.stringify(cost));
  };
  expect(50, 72, -0.5, '');
  expect(40, 95, -0.9, 'above');
  expect(40, 50, -0.2, 'below');
});

test('each codec is a ladder of its own, and rungs of one height stay apart', () => {
  const rung = (name, codec, kbps, vmaf) => ({ name, codec, height: 720, fps: 5, kbps, vmaf, vmaf_p5: vmaf - 5, ssim: 0.9 + vmaf / 1000, psnr: 30 + vmaf / 10 });
  const theirs = kCurve.map((p, i) => rung(`${i}`, 'h264', p.kbps, p.quality));
  const ours = [...theirs.map((r) => ({ ...r, kbps: r.kbps / 2 })), ...theirs.map((r) => ({ ...r, name: `a${r.name}`, codec: 'av1', kbps: r.kbps / 4 }))];
  const figures = compare({ ours, theirs });
  assert.deepEqual(Object.keys(figures), ['h264', 'av1']);
  assert.ok(Math.abs(figures.h264.vmaf.bd_rate + 0.5) < 1e-9);
  assert.ok(Math.abs(figures.av1.vmaf.bd_rate + 0.75) < 1e-9);
  assert.match(lines({ ours, theirs }), /BD-rate of av1: \*\*VMAF -75.0 %\*\*, SSIM -75.0 %/);
  assert.equal(rungTable({ ours, theirs }).trim().split('\n').length, 2 + 12);
  assert.deepEqual(beaten(ours), []);
  assert.deepEqual(beaten([...ours, rung('dear', 'h264', 60, 71)]), ['dear']);
});

test('without a model the figures are of SSIM and PSNR', () => {
  const theirs = kCurve.map((p, i) => ({ name: `${i}`, codec: 'h264', kbps: p.kbps, ssim: p.quality / 100, psnr: p.quality / 2 }));
  assert.deepEqual(Object.keys(compare({ ours: theirs, theirs }).h264), ['ssim', 'psnr']);
});

test('a shared container is charged by packets, and only the time compared counts', () => {
  const packets = [2, 2.5, 3, 3.5].map((pts) => ({ pts, bytes: 100 }));
  const others = [0, 1, 2, 3].map((pts) => ({ pts, bytes: 10 }));
  assert.equal(bytesWithin({ total: 520, packets, others, seconds: 99 }), 400 + 80 / 2);
  assert.equal(bytesWithin({ total: 520, packets, others, seconds: 1 }), 200 + 80 / 4);
  assert.equal(bytesWithin({ total: 440, packets, seconds: 1 }), 200 + 40 / 2);
});

test('the files of a rendition are those of its playlist, in its order', () => {
  assert.deepEqual(filesOf('#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\n1.m4s\n#EXTINF:30,\n2.m4s\r\n#EXTINF:4,\n10.m4s\n#EXT-X-ENDLIST\n'), ['init.mp4', '1.m4s', '2.m4s', '10.m4s']);
});

test('frames are counted at their densest, unless that is only a clock', () => {
  assert.equal(frameRateOf({ avg_frame_rate: '184590000/9320321', r_frame_rate: '20/1' }), 20);
  assert.equal(frameRateOf({ avg_frame_rate: '30000/1001', r_frame_rate: '90000/1' }), 30000 / 1001);
  assert.equal(frameRateOf({ avg_frame_rate: '0/0', r_frame_rate: '10/1' }), 10);
  assert.equal(vmafStep(30), 5);
  assert.equal(vmafStep(2), 1);
});

test('a recording that was turned has the size that is seen', () => {
  assert.deepEqual(shownSize({ width: 640, height: 480, side_data_list: [{ rotation: -90 }] }), { width: 480, height: 640 });
  assert.deepEqual(shownSize({ width: 640, height: 480 }), { width: 640, height: 480 });
});

test('the peer never enlarges, and its rate has the published ceiling', () => {
  assert.deepEqual(heightsFor({ width: 1280, height: 720 }), [240, 360, 480, 720]);
  assert.deepEqual(heightsFor({ width: 480, height: 640 }), [240, 360, 480]);
  assert.deepEqual(heightsFor({ width: 160, height: 120 }), [120]);
  const rate = (source, height) => Number(videoOptions(source, height)[videoOptions(source, height).indexOf('-maxrate:v') + 1]);
  const source = { width: 1280, height: 720, meanFps: 30, rate: 0 };
  assert.equal(rate(source, 240), Math.floor(240 * 240 * (1280 / 720) * 30 * 0.17));
  assert.equal(rate({ ...source, rate: 200_000 }, 240), 260_000);
  assert.equal(rate({ ...source, rate: 1000 }, 240), Math.floor(240 * 240 * (1280 / 720) * 30 * 0.02));
});

test('the peer rounds frame rates, and halves fast ones where the picture is made small', () => {
  const source = { width: 1280, height: 720, meanFps: 19.8 };
  assert.equal(framesPerSecond(source, 240), 20);
  assert.equal(framesPerSecond({ ...source, meanFps: 60 }, 240), 30);
  assert.equal(framesPerSecond({ ...source, meanFps: 50 }, 480), 25);
  assert.equal(framesPerSecond({ ...source, meanFps: 60 }, 720), 60);
});

test('the peer copies AAC and makes stereo of the rest', () => {
  assert.deepEqual(audioOptions({ audio: { codec: 'aac', rate: 217_000, layout: 'mono' } }), ['-c:a', 'copy']);
  assert.deepEqual(audioOptions({ audio: { codec: 'opus', rate: 64_000, layout: 'mono' } }), ['-c:a', 'aac', '-ac', '2', '-b:a', '64k']);
  assert.deepEqual(audioOptions({ audio: { codec: 'vorbis', rate: 0, layout: 'stereo' } }).slice(-1), ['256k']);
  assert.deepEqual(audioOptions({ audio: null }), []);
});
