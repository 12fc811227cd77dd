// What the benchmarks compute from what they saw: kinds of requests, waits, waste, rungs, medians, pictures. Run by node --test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkFrom } from '../../bench/support/arguments.mjs';
import { fitnessOf, starvedSeconds } from '../../bench/support/fitness.mjs';
import { repeatsFor } from '../../bench/support/loop.mjs';
import { median } from '../../bench/support/results.mjs';
import { picture } from '../../bench/support/svg.mjs';
import { readSegments } from '../../bench/learner/playlists.mjs';
import { heldSeconds, kindOf, meanHeight, meanOver, shownRungs, stallsOf, summarise, wasteOf } from '../../bench/learner/summary.mjs';
import { agreement, cellOf, flat, mainTable, whereThePeerWins } from '../../bench/peers/figures.mjs';
import { peersPicture } from '../../bench/peers/picture.mjs';

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

test('pieces of one segment are one: what was played of them is no waste', () => {
  const segments = new Map([['http://host/a/1.m4s|', { track: 'video', start: 0, end: 30 }], ['http://host/b/1.m4s|', { track: 'video', start: 0, end: 30 }]]);
  const piece = (url, range) => request(url, { range });
  const pieces = [piece('/a/1.m4s', 'bytes=0-999'), piece('/a/1.m4s', 'bytes=1000-1999'), piece('/a/1.m4s', 'bytes=2000-2999')];
  assert.equal(wasteOf(pieces, segments, 30), 0);
  assert.equal(wasteOf(pieces, segments, 20), 1000);
  assert.equal(wasteOf([...pieces, pieces[1]], segments, 30), 3000, 'a piece that comes a second time begins the segment anew');
  assert.equal(wasteOf([...pieces, request('/b/1.m4s')], segments, 30), 3000, 'another rung takes the place of all');
});

test('a picture that was held is no wait, has no height, and its time is told', () => {
  const lab = labOf(playing(0, 41));
  for (const sample of lab.samples.slice(21)) sample[6] = 1;
  assert.deepEqual(stallsOf(lab), []);
  assert.ok(Math.abs(heldSeconds(lab) - 2) < 0.01, `${heldSeconds(lab)}`);
  for (const sample of lab.samples.slice(21)) sample[5] = 720;
  assert.ok(Math.abs(meanHeight(lab) - 240) < 1e-6);
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

test('segments are read from whole files and from byte ranges, with their moments and rung', () => {
  const segments = Object.assign(new Map(), { initEnd: new Map() });
  readSegments('#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2.0,\n1.m4s\n#EXTINF:30.0,\n2.m4s\n#EXT-X-ENDLIST\n', 'http://h/v/a/video/0/playlist.m3u8', { track: 'video', rung: 'video/0' }, segments);
  readSegments('#EXTM3U\n#EXT-X-MAP:URI="240.mp4",BYTERANGE="1200@0"\n#EXTINF:4.0,\n#EXT-X-BYTERANGE:900@1200\n240.mp4\n#EXT-X-ENDLIST\n', 'http://h/240.m3u8', { track: 'video', rung: '240p' }, segments);
  assert.deepEqual(segments.get('http://h/v/a/video/0/2.m4s|'), { track: 'video', rung: 'video/0', start: 2, end: 32 });
  assert.deepEqual(segments.get('http://h/240.mp4|bytes=1200-2099'), { track: 'video', rung: '240p', start: 0, end: 4 });
  assert.equal(segments.initEnd.get('http://h/240.mp4'), 1199);
});

// Two rungs of one height and one of another, 4 s a segment.
const ladder = new Map(['a', 'b', 'c'].flatMap((rung) => [1, 2].map((n) => [`http://host/${rung}/${n}.m4s|`, { track: 'video', rung, start: (n - 1) * 4, end: n * 4 }])));
const fetchedAt = (url, start, more = {}) => request(url, { start, ...more });

test('the rung on the screen is the last one fetched for its moment, even among rungs of one height', () => {
  const lab = labOf(playing(0, 80));
  const shown = shownRungs(lab, [fetchedAt('/a/1.m4s', 0), fetchedAt('/b/2.m4s', 100), fetchedAt('/a/2.m4s', 50)], ladder);
  assert.deepEqual([...new Set(shown.map((one) => one.rung))], ['a', 'b']);
  assert.ok(Math.abs(shown[0].kbps - 2) < 1e-9);
  assert.ok(Math.abs(meanOver(shown, (one) => (one.rung === 'a' ? 80 : 90)) - 85) < 0.5);
});

test('of rungs that were fetched for one moment the one with the height that is seen counts', () => {
  const lab = labOf(playing(0, 30));
  const heights = new Map([['a', 240], ['c', 480]]);
  assert.ok(shownRungs(lab, [fetchedAt('/a/1.m4s', 0), fetchedAt('/c/1.m4s', 10)], ladder, heights).every((one) => one.rung === 'a'));
});

test('a segment asked for twice has the bytes of the time that it crossed the link', () => {
  const shown = shownRungs(labOf(playing(0, 30)), [fetchedAt('/a/1.m4s', 0), fetchedAt('/a/1.m4s', 10, { bytes: 0, cached: true })], ladder);
  assert.ok(shown.length > 0 && shown.every((one) => Math.abs(one.kbps - 2) < 1e-9));
});

test('a mean over nothing is no figure', () => assert.ok(Number.isNaN(meanOver([], () => 1))));

const report = (more = {}) => ({ down: { late_max_ms: 1, late_packets: 0, delivered_packets: 1000, ...more }, up: { late_max_ms: 2, late_packets: 0, delivered_packets: 500 } });
const visitOf = (samples) => ({ began: 0, left: 10_000, lab: { samples } });
const steady = Array.from({ length: 100 }, (_, i) => [i * 100]);

test('a late emulator or a browser that stands still makes a visit unfit', () => {
  assert.deepEqual(fitnessOf(report(), [visitOf(steady)]).unfit, []);
  assert.match(fitnessOf(report({ late_packets: 30 }), [visitOf(steady)]).unfit[0], /2.0 % of packets were late/);
  assert.match(fitnessOf(report({ late_max_ms: 400 }), [visitOf(steady)]).unfit[0], /400 ms late/);
  assert.ok(Math.abs(starvedSeconds([[0], [100], [700], [900]]) - 0.5) < 1e-9);
  assert.match(fitnessOf(report(), [visitOf([[0], [100], [1100]])]).unfit[0], /stood still for 0.9 s/);
});

test('a short recording is repeated until it fills the time, a long one is not', () => {
  assert.equal(repeatsFor(10.4, 120), 12);
  assert.equal(repeatsFor(101, 60), 1);
  assert.equal(repeatsFor(60, 120), 2);
});

// A round as measure() leaves it.
const round = (more, unfit = []) => flat({
  visits: [{ mb_per_hour: 20, first_frame_s: 3, bytes_to_first_frame: 40_000, stalls: 0, stalled_s: 0, wasted_bytes: 0, played_s: 60, mean_vmaf: 80, limited: false, rungs: [], errors: [], ...more }, { first_frame_s: 1, bytes_to_first_frame: 900, errors: [] }],
  fitness: { unfit, load: [1, 1] },
});
const cell = (site, more) => ({ lesson: 'slides', link: 'edge', site, ...cellOf([round(more)]) });

test('a cell is the median of the rounds on a fit machine, and says so when there was none', () => {
  const one = cellOf([round({ first_frame_s: 3 }), round({ first_frame_s: 5 }), round({ first_frame_s: 60 }, ['late'])]);
  assert.equal(one.first_frame_s, 4);
  assert.equal(one.second_first_frame_s, 1);
  assert.deepEqual([one.rounds, one.of, one.unfit], [2, 3, false]);
  assert.equal(cellOf([round({}, ['late'])]).unfit, true);
});

test('the peer is said to be better wherever it is, in either direction of better', () => {
  assert.deepEqual(whereThePeerWins([cell('ours', {}), cell('peer', {})]), []);
  assert.deepEqual(whereThePeerWins([cell('ours', { mean_vmaf: 70, stalled_s: 5 }), cell('peer', { first_frame_s: 9 })]), [
    'slides on edge: seconds waited 5.0 against 0.0', 'slides on edge: mean VMAF 70.0 against 80.0']);
});

test('two runs agree within a tenth or within what is nothing, and what never came is not counted', () => {
  const first = [cell('ours', {}), cell('peer', { mean_vmaf: NaN })];
  const second = [cell('ours', { mb_per_hour: 21.9, stalled_s: 0.9 }), cell('peer', { mean_vmaf: NaN, first_frame_s: 4 })];
  const same = agreement(first, second);
  assert.deepEqual([same.agreed, same.of], [8, 9]);
  assert.deepEqual(same.lines, ['slides, edge, peer: first frame, s 3.0 and 4.0']);
  assert.ok(same.table.includes('**3.0 / 4.0**'));
  const unfit = { ...cell('ours', { first_frame_s: 9 }), unfit: true };
  assert.equal(agreement([cell('ours', {})], [unfit]).of, 0);
  assert.ok(agreement([cell('ours', {})], [unfit]).table.includes('ours (unfit) | 20.0 / 20.0 | 3.0 / 9.0'));
});

test('the picture of the table has a bar for every figure, and a word where there is none', () => {
  const cells = [cell('ours', {}), cell('peer', { first_frame_s: NaN })];
  const svg = peersPicture(cells);
  assert.match(svg, /^<svg [^]*<\/svg>\n$/);
  assert.ok(svg.includes('never') && !svg.includes('NaN'));
  assert.equal(mainTable(cells).trim().split('\n').length, 4);
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
