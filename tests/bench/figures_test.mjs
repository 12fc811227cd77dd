// What the benchmarks compute from what they saw: kinds of requests, waits, waste, medians, pictures. Run by node --test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkFrom } from '../../bench/support/arguments.mjs';
import { median } from '../../bench/support/results.mjs';
import { picture } from '../../bench/support/svg.mjs';
import { kindOf, meanHeight, stallsOf, summarise, wasteOf } from '../../bench/learner/summary.mjs';

const request = (url, more = {}) => ({ url: `http://host${url}`, range: '', type: 'Media', bytes: 1000, status: 200, cached: false, failed: '', ...more });

// positions: of every 100 ms sample.
const labOf = (positions, more = {}) => ({
  origin: 0, firstFrame: 50, firstSound: 60, pressed: 10, heights: [], errors: [], ended: 0,
  samples: positions.map((position, i) => [i * 100, position, 0, 0, 0, 240]), ...more,
});
const playing = (from, count) => Array.from({ length: count }, (_, i) => from + i * 0.1);

test('requests are told apart by what they fetch', () => {
  assert.equal(kindOf(request('/v/abc/video/0/init.mp4')), 'init');
  assert.equal(kindOf(request('/v/abc/video/0/1.m4s')), 'video');
  assert.equal(kindOf(request('/v/abc/audio/en-opus/1.m4s')), 'audio');
  assert.equal(kindOf(request('/v/abc/text/en/1.vtt')), 'text');
  assert.equal(kindOf(request('/l/a/multivariant.m3u8?codec=opus')), 'playlist');
  assert.equal(kindOf(request('/480.mp4', { range: 'bytes=0-1199', initEnd: 1199 })), 'init');
  assert.equal(kindOf(request('/480.mp4', { range: 'bytes=1200-9000', initEnd: 1199 })), 'video');
  assert.equal(kindOf(request('/hls.js', { type: 'Script' })), 'script');
  assert.equal(kindOf(request('/watch/a', { type: 'Document' })), 'page');
});

test('a position that stands still after the first frame is a wait, and its length is measured', () => {
  const positions = [...playing(0, 20), ...Array(15).fill(1.9), ...playing(2, 10)];
  const [wait, ...more] = stallsOf(labOf(positions));
  assert.equal(more.length, 0);
  assert.ok(Math.abs(wait.seconds - 1.5) < 0.11, `${wait.seconds}`);
  assert.equal(wait.position, 1.9);
});

test('pauses, seeks, the time before the first frame and the end are no waits', () => {
  const still = Array(20).fill(0);
  assert.deepEqual(stallsOf(labOf(still, { firstFrame: 0 })), []);
  const paused = labOf([...playing(0, 10), ...Array(20).fill(0.9)]);
  for (const sample of paused.samples.slice(10)) sample[3] = 1;
  assert.deepEqual(stallsOf(paused), []);
  assert.deepEqual(stallsOf(labOf([...playing(0, 10), ...Array(20).fill(0.9)], { ended: 950 })), []);
});

test('a wait that lasts until the learner leaves counts', () => {
  assert.equal(stallsOf(labOf([...playing(0, 10), ...Array(20).fill(0.9)])).length, 1);
});

test('the mean height is over the time that played', () => {
  const lab = labOf([...playing(0, 11), ...Array(50).fill(1), ...playing(1.1, 10)]);
  for (const sample of lab.samples.slice(61)) sample[5] = 720;
  assert.ok(Math.abs(meanHeight(lab) - 480) < 1, `${meanHeight(lab)}`);
});

test('waste is what was fetched beyond the moment of leaving or fetched twice', () => {
  const segments = new Map([1, 2, 3].flatMap((n) => [240, 480].map((height) => [`http://host/${height}/${n}.m4s|`, { track: 'video', start: (n - 1) * 4, end: n * 4 }])));
  const fetched = ['/240/1.m4s', '/240/2.m4s', '/480/2.m4s', '/480/3.m4s'].map((url) => request(url));
  assert.equal(wasteOf(fetched, segments, 12), 1000);  // the second one's first copy
  assert.equal(wasteOf(fetched, segments, 6), 1000 + 500 + 1000);
  assert.equal(wasteOf([request('/hls.js')], segments, 6), 0);
});

test('a summary adds up what crossed the link while the learner was there', () => {
  const visit = { began: 0, left: 4000, lab: labOf(playing(0, 41)), requests: [request('/v/a/video/0/1.m4s'), request('/v/a/video/0/1.m4s', { cached: true })], console_errors: [] };
  const figures = summarise(visit, Object.assign(new Map(), { initEnd: new Map() }), { between: (from, to) => (to - from) * 10 });
  assert.equal(figures.wire_bytes, 40_000);
  assert.ok(Math.abs(figures.mb_per_hour - 36) < 0.01);
  assert.deepEqual(figures.kinds.video, { requests: 2, bytes: 1000, from_cache: 1 });
  assert.equal(figures.first_frame_s, 0.05);
  assert.equal(figures.press_to_frame_s, 0.04);
  assert.deepEqual(figures.errors, []);
});

test('a link is a profile or a trace with a name', () => {
  assert.deepEqual(linkFrom('edge'), { name: 'edge', options: ['--profile', 'edge'] });
  assert.deepEqual(linkFrom('bus=/t/bus.down').options.slice(-2), ['--trace-down', '/t/bus.down']);
});

test('medians leave out what was not measured', () => {
  assert.equal(median([3, NaN, 1, 2]), 2);
  assert.equal(median([4, 1]), 2.5);
  assert.ok(Number.isNaN(median([NaN])));
});

test('a picture is well-formed SVG whatever the names', () => {
  const svg = picture({ title: 'a < b & "c"', xLabel: 's', x: { low: 0, high: 1 }, panels: [{ title: 'p', series: [{ name: '<x>', points: [[0, 1], [1, 2]] }] }] });
  assert.match(svg, /^<svg [^]*<\/svg>\n$/);
  assert.ok(svg.includes('a &lt; b &amp; &quot;c&quot;'));
  assert.ok(!svg.includes('NaN'));
});
