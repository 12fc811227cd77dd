// A mirror whose disk is full: what learners ask for goes through memory, whole and checked, and nothing else is fetched.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { smallDisk } from '../../support/small_disk.mjs';
import { folderFor, names, until } from './chalkline.mjs';
import { known, line, mirror, original } from './mirror-origin.mjs';

test('on a full disk a transfer that is cut goes on, and nothing is fetched that nobody waits for', async (t) => {
  line.cut = false;
  const place = folderFor(t);
  const disk = await smallDisk(join(place, 'disk'), 16);
  if (!disk) return t.skip('there are no mount namespaces to be had');
  t.after(() => disk.close());
  const first = await mirror(t, '', disk.path, { disk });
  const { water, fractions } = await known(first.address);
  disk.fill(65_536);
  line.half = /1\.m4s$/;
  const url = `/v/${water}/video/0/1.m4s`;
  const before = line.requests.length;
  const answer = await fetch(first.address + url);
  assert.equal(answer.status, 200);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(original(water, 'video/0/1.m4s')));
  assert.equal(line.half, null);
  assert.match(line.ranges.at(-1), new RegExp(`^${url} bytes=[1-9]\\d*-$`));
  assert.equal(line.requests.slice(before).filter((each) => each.endsWith(url)).length, 2);
  assert.ok(!existsSync(join(first.copy, 'mirrored', water, 'video/0/1.m4s')));
  first.process.child.kill('SIGKILL');
  await first.process.ended;
  disk.empty();

  disk.fill(800 * 1024); // room to write in a catalogue, not more
  const from = line.requests.length;
  const since = () => line.requests.slice(from);
  const one = await mirror(t, ', courses: ["Maths 5"]', disk.path, { disk });
  await until('the mirror to say that there is no room', () => /no room for version/.test(one.process.said.stderr));
  const asked = since().filter((each) => each.includes(fractions)).length;
  const looks = () => since().filter((each) => each.includes('/mirror/changes/')).length;
  const looked = looks();
  await until('it to have looked again', () => looks() >= looked + 8); // it plans anew every five seconds at least
  assert.equal(since().filter((each) => each.includes(fractions)).length, asked);
  assert.equal(since().filter((each) => each.endsWith('.m4s')).length, 0);
  disk.empty();
  await until('the course to be there', () => names(join(one.copy, 'versions')).includes(fractions));
  one.process.child.kill('SIGKILL');
  await one.process.ended;
});
