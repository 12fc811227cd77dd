// A mirror between learners and an origin: what it fetches it checks and keeps, whole courses come by themselves, and when
// the origin is gone it serves all that it has. Between the two stands a line that the tests cut and spoil.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { test } from 'node:test';

import { seededRandom } from '../../support/random.mjs';
import { folderFor, names, run, start, until } from './chalkline.mjs';
import { kMisdeeds } from './mirror-line.mjs';
import { filesOf, known, library, line, listed, mirror, origin, original } from './mirror-origin.mjs';

test('what a learner asks for is fetched once, is what the origin has, and is there when the origin is not', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const lessons = await known(one.address);
  assert.deepEqual(lessons, await listed(origin));
  const version = lessons.water;
  const files = filesOf(version).filter((file) => !/\.(gz|br)$/.test(file));
  for (const file of files) {
    const got = Buffer.from(await (await fetch(`${one.address}/v/${version}/${file}`, { headers: { 'accept-encoding': 'identity' } })).arrayBuffer());
    assert.ok(got.equals(original(version, file)), file);
  }
  const before = line.requests.filter((each) => each.includes(version)).length;
  line.cut = true;
  for (const file of files) assert.equal((await fetch(`${one.address}/v/${version}/${file}`)).status, 200, file);
  assert.equal((await fetch(`${one.address}/watch/water`)).status, 200);
  assert.match(await (await fetch(`${one.address}/l/water/multivariant.m3u8`)).text(), /#EXT-X-STREAM-INF/);
  assert.equal(line.requests.filter((each) => each.includes(version)).length, before);
  one.process.child.kill('SIGKILL');
  await one.process.ended;

  const again = await mirror(t, '', one.place); // started without an upstream
  assert.deepEqual(await listed(again.address), lessons);
  for (const file of files) assert.equal((await fetch(`${again.address}/v/${version}/${file}`)).status, 200, file);
  const missing = await fetch(`${again.address}/v/${lessons.fractions}/video/0/1.m4s`);
  assert.equal(missing.status, 503);
  line.cut = false;
  await until('the other lesson to be there', async () => (await fetch(`${again.address}/v/${lessons.fractions}/video/0/1.m4s`)).ok);
});

test('a course that is planned comes whole and by itself, and a day without changes costs little', async (t) => {
  line.cut = false;
  const one = await mirror(t, ', courses: ["Maths 5"]');
  const lessons = await known(one.address);
  await until('the course to be there', () => names(join(one.copy, 'versions')).includes(lessons.fractions));
  for (const file of filesOf(lessons.fractions))
    assert.ok(readFileSync(join(one.copy, 'versions', lessons.fractions, file)).equals(original(lessons.fractions, file)), file);
  assert.ok(!existsSync(join(one.copy, 'versions', lessons.water)));
  assert.deepEqual(names(join(one.copy, 'verified')), []); // files that came one by one are hashed when they are first read
  assert.equal((await run(t, 'verify', '--library', one.copy)).code, 0);
  const [bytes, requests] = [line.bytes, line.requests.length];
  await until('some questions for changes', () => line.requests.length > requests + 2);
  assert.equal(line.bytes - bytes, 0); // each was answered 304
});

test('learners who wait for the upstream keep nobody from what is here', async (t) => {
  line.cut = false;
  t.after(() => { line.held = null; });
  const one = await mirror(t, ', courses: ["Maths 5"]');
  const { fractions, water } = await known(one.address);
  await until('the course to be there', () => names(join(one.copy, 'versions')).includes(fractions));
  const media = (version) => filesOf(version).filter((file) => /\.(mp4|m4s)$/.test(file));
  assert.ok(media(water).length >= 8);
  line.held = new RegExp(`${water}.*(mp4|m4s)$`); // half of each answer, and then nothing
  const waiting = media(water).map((file) => fetch(`${one.address}/v/${water}/${file}`).then((answer) => answer.arrayBuffer()).catch(() => {}));
  await until('some to wait', () => line.requests.filter((each) => line.held.test(each)).length >= 4);
  for (const file of media(fractions)) {
    const answer = await fetch(`${one.address}/v/${fractions}/${file}`, { signal: AbortSignal.timeout(10_000) });
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(original(fractions, file)), file);
  }
  one.process.child.kill('SIGKILL');
  await Promise.all(waiting);
});

test('a learner waits while the line is full, within a bound, and what he waited for comes all the same', async (t) => {
  line.cut = false;
  t.after(() => { line.held = null; });
  const one = await mirror(t, ', wait: 1s');
  const { water } = await known(one.address);
  const path = `/v/${water}/video/0/playlist.m3u8`;
  const before = line.requests.length;
  line.held = /video\/0\/playlist\.m3u8$/;
  const late = await fetch(one.address + path);
  assert.equal(late.status, 503);
  assert.equal(late.headers.get('retry-after'), '2');
  await until('a half of it to have come', () => line.release);
  line.release();
  await until('it to be there', async () => (await fetch(one.address + path)).ok);
  assert.equal(line.requests.slice(before).filter((each) => each.endsWith(path)).length, 1);
});

test('only so many files are waited for at a time, and what is here is served meanwhile', async (t) => {
  line.cut = false;
  t.after(() => { line.held = null; });
  const one = await mirror(t, ', waiting: 1');
  const { water } = await known(one.address);
  const at = (file) => fetch(`${one.address}/v/${water}/${file}`, { headers: { 'accept-encoding': 'identity' } });
  assert.equal((await at('video/0/init.mp4')).status, 200);
  line.held = /video\/0\/playlist\.m3u8$/;
  const [first, second] = [at('video/0/playlist.m3u8'), at('video/0/playlist.m3u8')]; // one file, for two
  await until('it to be on its way', () => line.release);
  assert.equal((await at('video/0/1.m4s')).status, 503);
  assert.equal((await at('video/0/init.mp4')).status, 200);
  line.release();
  for (const answer of [await first, await second]) assert.equal(answer.status, 200);
  assert.equal((await at('video/0/1.m4s')).status, 200);
});

// What a learner has of an answer at any moment; `ended` resolves to whether all of it came.
function learner(url, headers = {}) {
  const seen = { status: 0, fields: {}, bytes: Buffer.alloc(0) };
  seen.ended = new Promise((done) => {
    const asked = request(url, { headers }, (answer) => {
      seen.status = answer.statusCode;
      seen.fields = answer.headers;
      answer.on('data', (piece) => { seen.bytes = Buffer.concat([seen.bytes, piece]); });
      answer.on('end', () => done(true));
      answer.on('error', () => done(false));
    });
    asked.on('error', () => done(false));
    asked.end();
  });
  return seen;
}

function learnerOverHttp2(t, address, path) {
  const session = connect(address);
  t.after(() => session.destroy());
  const seen = { status: 0, fields: {}, bytes: Buffer.alloc(0) };
  const stream = session.request({ ':path': path });
  stream.on('response', (fields) => { seen.status = fields[':status']; });
  stream.on('data', (piece) => { seen.bytes = Buffer.concat([seen.bytes, piece]); });
  seen.ended = new Promise((done) => {
    stream.on('error', () => done(false));
    stream.on('close', () => done(stream.rstCode === 0));
  });
  return seen;
}

test('a file is given on while it comes, to all who wait for it, but never its end before it is found right', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { water } = await known(one.address);
  const [file] = filesOf(water).filter((name) => name.endsWith('.m4s')).sort((a, b) => original(water, b).length - original(water, a).length);
  const right = original(water, file);
  assert.ok(right.length > 40_000, 'the lesson has a file that is worth it');
  const path = `/v/${water}/${file}`;
  const waiting = () => [learner(one.address + path), learner(one.address + path), learnerOverHttp2(t, one.address, path)];
  t.after(() => { line.held = null; });
  const before = line.requests.length;
  const asked = () => line.requests.slice(before).filter((each) => each.endsWith(path)).length;

  line.held = new RegExp(`${file}$`);
  const fooled = waiting();
  await until('all to have a part', () => fooled.every(({ bytes }) => bytes.length > right.length / 4));
  assert.equal(asked(), 1);
  assert.equal(fooled[0].fields.etag, undefined); // nobody may go on in the middle of what turns out to be bad
  line.release({ spoilt: true });
  for (const each of fooled) {
    assert.equal(await each.ended, false);
    assert.ok(each.bytes.length <= right.length - 4096);
  }
  assert.ok(!existsSync(join(one.copy, 'mirrored', water, file)));

  line.held = new RegExp(`${file}$`);
  const served = waiting();
  await until('all to have a part', () => served.every(({ bytes }) => bytes.length > right.length / 4));
  line.release();
  for (const each of served) {
    assert.equal(await each.ended, true);
    assert.equal(each.status, 200);
    assert.ok(each.bytes.equals(right));
  }
  assert.equal(asked(), 2);
  // A player that has the bad part, and asks for the rest of it, is not given it.
  assert.equal((await fetch(one.address + path, { headers: { range: 'bytes=1000-' } })).status, 409);
  const small = `/v/${water}/video/0/playlist.m3u8`;
  assert.equal((await fetch(one.address + small, { headers: { 'accept-encoding': 'identity' } })).headers.get('etag'),
    `"${createHash('sha256').update(original(water, 'video/0/playlist.m3u8')).digest('hex')}"`);
});

const kLeastGivenOn = 24_000; // bytes: a smaller file is there whole before its first byte leaves

test('a byte that was changed on the way is never served nor kept', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { water } = await known(one.address);
  t.after(() => { line.spoil = line.held = null; });
  for (const file of ['index.json', 'video/0/1.m4s', 'video/0/playlist.m3u8']) {
    // A large file is on its way when it turns out to be bad, and is broken off; any other is an error from the first byte.
    const given = /\.m4s$/.test(file) && original(water, file).length >= kLeastGivenOn;
    line[given ? 'held' : 'spoil'] = new RegExp(`${file}$`);
    const spoilt = learner(`${one.address}/v/${water}/${file}`);
    if (given) {
      await until('a part of it to be given on', () => spoilt.bytes.length > 0);
      line.release({ spoilt: true });
    }
    assert.equal(await spoilt.ended, !given, file);
    if (!given) assert.ok(spoilt.status >= 500, `${file}: ${spoilt.status}`);
    line.spoil = null;
    await until('the right bytes', async () => {
      const next = await fetch(`${one.address}/v/${water}/${file}`, { headers: { 'accept-encoding': 'identity' } });
      return next.ok && Buffer.from(await next.arrayBuffer()).equals(original(water, file));
    });
  }
});

test('a transfer that is cut goes on in the middle of its file', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { water } = await known(one.address);
  line.half = /1\.m4s$/;
  const url = `/v/${water}/video/0/1.m4s`;
  const answer = await fetch(one.address + url); // who waits for it need not know
  assert.equal(answer.status, 200);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(original(water, 'video/0/1.m4s')));
  assert.equal(line.half, null);
  assert.match(line.ranges.at(-1), new RegExp(`^${url} bytes=[1-9]\\d*-$`));
});

test('what a bad disk did to the copy is never served, and mends itself', async (t) => {
  line.cut = false;
  const one = await mirror(t, ', courses: ["Maths 5"]');
  const { fractions, water } = await known(one.address);
  await until('the course to be there', () => names(join(one.copy, 'versions')).includes(fractions));
  const small = 'video/0/playlist.m3u8';
  await fetch(`${one.address}/v/${water}/${small}`);
  one.process.child.kill('SIGKILL');
  await one.process.ended;
  const damages = [
    [join('versions', fractions), 'video/0/1.m4s', (bytes) => bytes.fill(bytes[9] ^ 1, 9, 10)],
    [join('versions', fractions), 'video/0/init.mp4', (bytes) => bytes.subarray(0, 20)],
    [join('versions', fractions), 'index.json', (bytes) => bytes.fill(120, 40, 41)],
    [join('mirrored', water), small, (bytes) => bytes.fill(120, 40, 41)],
  ];
  for (const [where, file, damage] of damages)
    writeFileSync(join(one.copy, where, file), damage(readFileSync(join(one.copy, where, file))));
  const again = await mirror(t, '', one.place);
  for (const [where, file] of [...damages].reverse()) {
    const version = where.split('/')[1];
    await until(`${file} to be mended`, async () => {
      const answer = await fetch(`${again.address}/v/${version}/${file}`, { headers: { 'accept-encoding': 'identity' } });
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.ok(!answer.ok || bytes.equals(original(version, file)), `${file}: wrong bytes were served`);
      return answer.ok;
    });
    assert.ok(readFileSync(join(one.copy, where, file)).equals(original(version, file)), file);
  }
});

test('a copy that is called whole has been read: what an earlier run left spoilt is fetched again', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { fractions } = await known(one.address);
  const file = 'video/0/1.m4s';
  assert.equal((await fetch(`${one.address}/v/${fractions}/${file}`)).status, 200);
  const kept = join(one.copy, 'mirrored', fractions, file);
  await until('the file to be kept', () => existsSync(kept));
  one.process.child.kill('SIGKILL');
  await one.process.ended;
  writeFileSync(kept, readFileSync(kept).fill(0, 100, 200)); // blocks that never reached the disk before the power went
  const again = await mirror(t, ', courses: ["Maths 5"]', one.place);
  await until('the course to be there', () => names(join(again.copy, 'versions')).includes(fractions));
  assert.ok(readFileSync(join(again.copy, 'versions', fractions, file)).equals(original(fractions, file)));
  assert.equal((await run(t, 'verify', '--library', again.copy)).code, 0);
});

test('a list that somebody changed on the way changes nothing', async (t) => {
  line.cut = false;
  line.spoil = /lessons$/;
  const one = await mirror(t);
  const requests = line.requests.length;
  await until('the mirror to ask again', () => line.requests.length > requests + 1);
  assert.deepEqual(await listed(one.address), {});
  assert.match(one.process.said.stderr, /the mirror goes on with what it has/);
  line.spoil = null;
  await known(one.address);
});

test('without a key that it trusts a mirror does not start', async (t) => {
  const place = folderFor(t);
  const config = join(place, 'mirror.yaml');
  writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${join(place, 'copy')}}\nmirror: {upstream: "${line.address}"}\n`);
  const result = await run(t, 'mirror', '--config', config);
  assert.equal(result.code, 3);
  assert.match(result.stderr, /no key is trusted; put what `chalkline keys` shows at the origin into mirror\.keys/);
  assert.equal((await run(t, 'mirror', '--library', join(place, 'x'))).code, 3);
});

const kFaults = Number(process.env.CHALKLINE_FAULTS ?? 300);
// bench/faults gives both: a library that makes clocks jump, and a folder on a small file system of its own, to be filled.
const kFaketime = process.env.CHALKLINE_FAKETIME;
const kSmallDisk = process.env.CHALKLINE_SMALL_DISK;

// What a disk may do to a file whose bytes it had not written when the power went, and what it may do later.
const kDiskFaults = {
  'truncated on disk': (file, bytes, random) => writeFileSync(file, bytes.subarray(0, random(bytes.length))),
  'zeros on disk': (file, bytes, random) => writeFileSync(file, Buffer.from(bytes).fill(0, random(bytes.length))),
  'bit flipped on disk': (file, bytes, random) => { bytes[random(bytes.length)] ^= 1 << random(8); writeFileSync(file, bytes); },
  'lost on disk': (file) => rmSync(file),
  'emptied on disk': (file) => writeFileSync(file, ''),
};

test('hundreds of faults on the line and on the disk: no wrong byte is served, and in the end all of it is there', async (t) => {
  line.cut = false;
  const next = seededRandom(Number(process.env.CHALKLINE_SEED ?? 8)); // the same faults each time
  const random = (below) => Math.floor(next() * below);
  const oneOf = (list) => list[random(list.length)];
  const count = {};
  const note = (kind) => { count[kind] = (count[kind] ?? 0) + 1; return kind; };
  const fault = { random, strikes: () => random(10) < 8, kind: () => note(oneOf(Object.keys(kMisdeeds))) };
  t.after(() => { line.fault = null; });
  const faults = () => Object.values(count).reduce((sum, each) => sum + each, 0);
  const served = { files: 0, bytes: 0 };
  let kills = 0;
  for (let round = 0; round < 100 && (faults() < kFaults || round < 2); ++round) {
    const place = kSmallDisk ? mkdtempSync(join(kSmallDisk, 'round-')) : folderFor(t);
    const clock = join(folderFor(t), 'clock');
    writeFileSync(clock, '+0\n');
    const env = kFaketime ? { LD_PRELOAD: kFaketime, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_CACHE_DURATION: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' } : {};
    const begin = (more = '') => mirror(t, more, place, { env });
    let one = await begin();
    const lessons = await known(one.address);
    line.fault = fault;
    const end = async () => {
      one.process.child.kill('SIGKILL');
      await one.process.ended;
    };
    const left = Object.values(lessons).flatMap((version) => filesOf(version).filter((file) => !/\.(gz|br)$/.test(file)).map((file) => ({ version, file })));
    const ballast = join(place, 'ballast');
    const fill = () => {
      const file = openSync(ballast, 'a');
      try {
        for (const size of [1_000_000, 4096]) for (;;) writeSync(file, Buffer.alloc(size));
      } catch (reason) {
        if (reason.code !== 'ENOSPC') throw reason;
      } finally {
        closeSync(file);
      }
    };
    for (let asked = 0; left.length > 0; ++asked) {
      const answers = Array.from({ length: 6 }, () => oneOf(left)).map(({ version, file }) => {
        const from = random(4) === 0 ? random(original(version, file).length) : 0;
        return { version, file, from, seen: learner(`${one.address}/v/${version}/${file}`, { 'accept-encoding': 'identity', ...(from ? { range: `bytes=${from}-` } : {}) }) };
      });
      if (kFaketime && asked % 7 === 3) writeFileSync(clock, `${note('clock jumped') && oneOf(['+40d', '-40d', '+3h', '-3h', '+0'])}\n`);
      if (kSmallDisk && asked % 15 === 5) { note('disk full'); fill(); }
      if (kSmallDisk && asked % 15 === 9) rmSync(ballast, { force: true });
      if (asked % 20 === 19) { // with those transfers under way
        ++kills;
        await end();
        const stored = readdirSync(join(one.copy, 'mirrored'), { recursive: true }).map(String).filter((name) => /^[0-9a-f]{64}\//.test(name) && statSync(join(one.copy, 'mirrored', name)).size > 0 && statSync(join(one.copy, 'mirrored', name)).isFile());
        rmSync(ballast, { force: true });
        for (let i = 0; i < 2 && stored.length > 0; ++i) {
          const [name] = stored.splice(random(stored.length), 1);
          kDiskFaults[note(oneOf(Object.keys(kDiskFaults)))](join(one.copy, 'mirrored', name), readFileSync(join(one.copy, 'mirrored', name)), random);
        }
      }
      for (const { version, file, from, seen } of answers) {
        if (!(await seen.ended) || ![200, 206].includes(seen.status)) continue;
        const right = original(version, file).subarray(seen.status === 206 ? from : 0);
        assert.ok(seen.bytes.equals(right), `${file}: wrong bytes were served`);
        served.files += 1;
        served.bytes += seen.bytes.length;
        const at = left.findIndex((each) => each.version === version && each.file === file);
        if (at >= 0) left.splice(at, 1);
      }
      if (one.process.child.signalCode) one = await begin();
      assert.ok(asked < 5000, `${left.length} files are never served`);
    }
    line.fault = null;
    await end();
    rmSync(ballast, { force: true });
    one = await begin(', courses: ["*"]');
    await until('all to be whole', () => Object.values(lessons).every((version) => names(join(one.copy, 'versions')).includes(version)));
    // A lesson that was complete is not lost, whatever the disk does to a file of it.
    const version = oneOf(Object.values(lessons));
    const file = oneOf(filesOf(version).filter((name) => name.endsWith('.m4s')));
    const stored = join(one.copy, 'versions', version, file);
    kDiskFaults[note(oneOf(Object.keys(kDiskFaults)))](stored, readFileSync(stored), random);
    await until('the lesson to be whole again', async () => {
      const seen = learner(`${one.address}/v/${version}/${file}`);
      const whole = (await seen.ended) && seen.status === 200;
      assert.ok(!whole || seen.bytes.equals(original(version, file)), `${file}: wrong bytes were served`);
      return whole;
    });
    await end();
    const verified = await run(t, 'verify', '--library', one.copy);
    assert.equal(verified.code, 0, verified.stderr);
    if (kSmallDisk) rmSync(place, { recursive: true, force: true });
  }
  t.diagnostic(`${faults()} faults: ${JSON.stringify({ ...count, 'kill -9': kills, served })}`);
  assert.ok(faults() >= kFaults);
});
