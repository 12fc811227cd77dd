// Lessons carried on a disk: packed, signed, unpacked where nobody knows their origin, refused where a byte is wrong; and a
// library that finds and heals what is damaged.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { addressOf, assertRefused, folderFor, names, recording, run, start } from './chalkline.mjs';

const undo = [];
const all = { after: (what) => undo.push(what) }; // of the whole file
let origin; // a library of two lessons in two courses
let key;

before(async () => {
  const folder = folderFor(all);
  origin = join(folder, 'origin');
  const config = join(folder, 'quick.yaml');
  writeFileSync(config, 'transcode: {x264_preset: veryfast, av1: off}\n');
  for (const [name, course] of [['Water', 'Science 5'], ['Fractions', 'Maths 5']]) {
    const added = await run(all, 'add', recording(folder, `${name}.mp4`, { seconds: 2 }), '--library', origin, '--config', config, '--course', course);
    assert.equal(added.code, 0, added.stderr);
  }
  const made = await run(all, 'keys', '--create', '--library', origin, '--json');
  assert.equal(made.code, 0, made.stderr);
  key = JSON.parse(made.stdout).own;
});

after(async () => {
  for (const what of undo.reverse()) await what();
});

const filesBelow = (folder) => readdirSync(folder, { recursive: true }).map(String).filter((name) => statSync(join(folder, name)).isFile()).sort();
const versionOf = (library) => names(join(library, 'versions'))[0];

function flip(file, at = Math.floor(statSync(file).size / 2)) {
  const bytes = readFileSync(file);
  bytes[at] ^= 1;
  writeFileSync(file, bytes);
}

async function packed(t, ...what) {
  const disk = join(folderFor(t), 'disk');
  const result = await run(t, 'pack', ...what, '--out', disk, '--library', origin);
  assert.equal(result.code, 0, result.stderr);
  return disk;
}

// A library that trusts the origin and nobody else.
async function trusting(t) {
  const library = join(folderFor(t), 'library');
  assert.equal((await run(t, 'keys', '--trust', key, '--library', library)).code, 0);
  return library;
}

const unpacked = async (t, disk, library) => JSON.parse((await run(t, 'unpack', disk, '--library', library, '--json')).stdout.trimEnd().split('\n').at(-1));

test('a pack is taken in whole by a library that never saw its origin, and served', async (t) => {
  const disk = await packed(t, '--all');
  const library = await trusting(t);
  assert.deepEqual((await unpacked(t, disk, library)).taken, ['fractions', 'water']);
  assert.deepEqual(names(join(library, 'versions')), names(join(origin, 'versions')));
  for (const version of names(join(origin, 'versions'))) {
    const [from, to] = [origin, library].map((each) => join(each, 'versions', version));
    assert.deepEqual(filesBelow(to), filesBelow(from));
    for (const file of filesBelow(from)) assert.ok(readFileSync(join(to, file)).equals(readFileSync(join(from, file))), file);
  }
  const server = start(t, ['serve', '--library', library, '--port', '0']);
  const address = await addressOf(server);
  assert.equal((await fetch(`${address}/watch/fractions`)).status, 200);
  assert.match(await (await fetch(`${address}/`)).text(), /Maths 5[^]*Fractions/);

  const again = await unpacked(t, disk, library);
  assert.deepEqual([again.taken, again.there], [[], ['fractions', 'water']]);
});

test('a pack goes over a FAT disk to a library that never saw its origin, and a byte that the disk changed is found', async (t) => {
  const disk = await packed(t, '--all');
  const folder = folderFor(t);
  const image = join(folder, 'usb.img');
  writeFileSync(image, '');
  truncateSync(image, 48_000_000);
  const does = (command, ...args) => {
    const done = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, MTOOLS_SKIP_CHECK: '1' } });
    assert.equal(done.status, 0, `${command}: ${done.stderr}${done.stdout}`);
  };
  does('mkfs.vfat', '-F', '32', image);
  does('mcopy', '-s', '-Q', '-i', image, ...names(disk).map((name) => join(disk, name)), '::/');
  does('fsck.vfat', '-n', image);
  const carried = (name) => {
    const to = join(folder, name);
    mkdirSync(to);
    does('mcopy', '-s', '-n', '-Q', '-i', image, '::/*', to);
    return to;
  };
  const whole = carried('whole');
  assert.deepEqual(filesBelow(whole), filesBelow(disk)); // long names, and their case
  const library = await trusting(t);
  assert.deepEqual((await unpacked(t, whole, library)).taken, ['fractions', 'water']);
  for (const version of names(join(origin, 'versions')))
    for (const file of filesBelow(join(origin, 'versions', version)))
      assert.ok(readFileSync(join(library, 'versions', version, file)).equals(readFileSync(join(origin, 'versions', version, file))), file);

  const version = names(join(disk, 'v'))[0];
  const file = 'video/0/1.m4s';
  const bytes = readFileSync(image);
  const at = bytes.indexOf(readFileSync(join(disk, 'v', version, file)).subarray(0, 256)); // a file begins with a cluster
  assert.ok(at > 0);
  bytes[at + 100] ^= 4;
  writeFileSync(image, bytes);
  const result = await run(t, 'unpack', carried('tampered'), '--library', await trusting(t));
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /lesson \w+: video\/0\/1\.m4s has other bytes/);
});

test('a pack grows by what is packed onto it, copies only what is missing, and keeps to names that FAT takes', async (t) => {
  const disk = await packed(t, 'Maths 5');
  assert.equal(names(join(disk, 'v')).length, 1);
  const more = JSON.parse((await run(t, 'pack', 'Science 5', '--out', disk, '--library', origin, '--json')).stdout.trimEnd().split('\n').at(-1));
  assert.deepEqual([more.lessons, more.copied, more.removed], [2, 1, 0]);
  const same = JSON.parse((await run(t, 'pack', '--all', '--out', disk, '--library', origin, '--json')).stdout.trimEnd().split('\n').at(-1));
  assert.deepEqual([same.lessons, same.copied, same.bytes], [2, 0, 0]);
  const play = names(join(disk, 'play')).sort();
  assert.deepEqual(play.map((name) => name.slice(0, 64)), names(join(disk, 'v')).sort());
  writeFileSync(join(disk, 'play', 'of-a-lesson-that-went.mp4'), '');
  assert.equal((await run(t, 'pack', '--all', '--no-play', '--out', disk, '--library', origin)).code, 0);
  assert.deepEqual(names(join(disk, 'play')).sort(), play);
  const files = filesBelow(disk);
  assert.equal(new Set(files.map((file) => file.toLowerCase())).size, files.length);
  for (const part of files.flatMap((file) => file.split('/'))) {
    assert.match(part, /^[A-Za-z0-9._~-]{1,255}$/);
    assert.doesNotMatch(part, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|\.$/i);
  }
  assert.match(readFileSync(join(disk, 'index.html'), 'utf8'), /Maths 5[^]*watch\/fractions\.html[^]*Science 5/);
  assert.match(readFileSync(join(disk, 'watch', 'water.html'), 'utf8'), /src="\.\.\/v\/[0-9a-f]{64}\/multivariant\.m3u8"/);
});

test('nothing is taken from a key that is not trusted, nor from a list that was changed', async (t) => {
  const disk = await packed(t, '--all');
  const library = join(folderFor(t), 'library');
  assertRefused(await run(t, 'unpack', disk, '--library', library), 1, new RegExp(`signed by ${key}, which is not trusted here`));
  await run(t, 'keys', '--trust', key, '--library', library);
  const list = readFileSync(join(disk, 'pack.json'), 'utf8');
  writeFileSync(join(disk, 'pack.json'), list.replace('Fractions', 'Fictions!'));
  assertRefused(await run(t, 'unpack', disk, '--library', library), 4, /not of this text/);
  writeFileSync(join(disk, 'pack.json'), list);
  rmSync(join(disk, 'pack.sig'));
  assertRefused(await run(t, 'unpack', disk, '--library', library), 4, /there is no pack\.sig/);
  assert.deepEqual(names(join(library, 'versions')), []);
});

test('a damaged lesson is refused with the name of the file, and the others are taken', async (t) => {
  const damages = {
    'video/0/1.m4s': (file) => flip(file),
    'video/0/init.mp4': (file) => truncateSync(file, 10),
    'multivariant.m3u8': (file) => rmSync(file),
    'index.json': (file) => flip(file),
  };
  const whole = await packed(t, '--all');
  for (const [path, damage] of Object.entries(damages)) {
    const disk = join(folderFor(t), 'disk');
    cpSync(whole, disk, { recursive: true });
    const version = JSON.parse(readFileSync(join(disk, 'pack.json'), 'utf8')).lessons.find(({ id }) => id === 'water').version;
    damage(join(disk, 'v', version, path));
    const library = await trusting(t);
    const result = await run(t, 'unpack', disk, '--library', library);
    assert.equal(result.code, 4, path);
    assert.match(result.stdout, /^1 taken, 0 there already, 0 older than here, 1 refused$/m);
    assert.ok(result.stderr.includes(path) && result.stderr.includes('lesson water'), result.stderr);
    assert.deepEqual(names(join(library, 'staging')), []);
    assert.deepEqual(names(join(library, 'versions')).length, 1);
    assert.equal((await run(t, 'pack', '--all', '--check', '--out', disk, '--library', origin)).code, 0);
    assert.deepEqual((await unpacked(t, disk, library)).taken, ['water'], `${path} was mended`);
  }
});

test('who trusts a key trusts the one that it has handed over to', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'origin');
  cpSync(origin, library, { recursive: true });
  const rotated = await run(t, 'keys', '--rotate', '--library', library, '--json');
  assert.notEqual(JSON.parse(rotated.stdout).own, key);
  assert.equal((await run(t, 'pack', '--all', '--out', join(folder, 'disk'), '--library', library)).code, 0);
  assert.equal((await unpacked(t, join(folder, 'disk'), await trusting(t))).taken.length, 2);
  assert.equal(statSync(join(library, 'keys', 'signing.pem')).mode & 0o777, 0o600);
});

test('a kill in the middle of packing and of unpacking is gone on from', async (t) => {
  const disk = join(folderFor(t), 'disk');
  const library = await trusting(t);
  for (const [verb, ...rest] of [['pack', '--all', '--out', disk, '--library', origin], ['unpack', disk, '--library', library]]) {
    for (const ms of [5, 15, 25, 40]) {
      const cut = start(t, [verb, ...rest]);
      await sleep(ms);
      cut.child.kill('SIGKILL');
      await cut.ended;
    }
    const result = await run(t, verb, ...rest);
    assert.equal(result.code, 0, result.stderr);
  }
  assert.equal((await run(t, 'verify', '--library', library)).code, 0);
  assert.equal(names(join(library, 'versions')).length, 2);
});

test('verify names what is damaged, and heals it from a pack', async (t) => {
  const disk = await packed(t, '--all');
  const library = join(folderFor(t), 'library');
  cpSync(origin, library, { recursive: true });
  const sound = await run(t, 'verify', '--library', library);
  assert.equal(sound.code, 0, sound.stderr);
  assert.match(sound.stdout, /^2 versions checked, [\d.]+ kB; 0 faults$/m);
  const version = join(library, 'versions', versionOf(library));
  flip(join(version, 'video/0/1.m4s'));
  truncateSync(join(version, 'multivariant.m3u8'), 5);
  rmSync(join(version, 'video/0/init.mp4'));
  flip(join(version, 'index.json.gz'));
  const damaged = await run(t, 'verify', '--library', library);
  assert.equal(damaged.code, 4);
  for (const path of ['video/0/1.m4s has other bytes', 'multivariant.m3u8 has 5 bytes of', 'video/0/init.mp4 is missing'])
    assert.ok(damaged.stderr.includes(path), damaged.stderr);
  assert.match(damaged.stdout, /^healed [0-9a-f]{64}\/index\.json\.gz/m); // that needs no copy
  flip(join(version, 'index.json'));
  const healed = await run(t, 'verify', '--library', library, '--from', disk);
  assert.equal(healed.code, 0, healed.stderr);
  assert.equal(healed.stdout.match(/^healed /gm).length, 4, healed.stdout);
  for (const file of filesBelow(version)) {
    const original = join(origin, 'versions', versionOf(library), file);
    assert.ok(readFileSync(join(version, file)).equals(readFileSync(original)), file);
  }
  assert.equal((await run(t, 'verify', '--library', library)).code, 0);
});

test('wrong use is told in a sentence', async (t) => {
  const folder = folderFor(t);
  const empty = join(folder, 'empty');
  assertRefused(await run(t, 'pack', '--out', folder, '--library', origin), 2, /nothing to pack was named/);
  assertRefused(await run(t, 'pack', 'Chemistry', '--out', join(folder, 'x'), '--library', origin), 4, /no published lesson is in course "Chemistry"/);
  assertRefused(await run(t, 'pack', '--all', '--out', join(folder, 'x'), '--library', empty), 4, /no key to sign the pack with/);
  assertRefused(await run(t, 'unpack', folder, '--library', empty), 4, /there is no pack\.json in it/);
  assertRefused(await run(t, 'keys', '--trust', 'ed25519:abc', '--library', empty), 2, /is not a public key/);
  assertRefused(await run(t, 'keys', '--create', '--library', origin), 1, /this library has a key/);
  assertRefused(await run(t, 'keys', '--rotate', '--library', empty), 4, /no key yet/);
  assertRefused(await run(t, 'verify', '--from', join(folder, 'nowhere'), '--library', origin), 4, /it is not a folder/);
  assert.ok(!existsSync(join(folder, 'x', 'pack.json')));
});
