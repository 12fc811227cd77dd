// A mirror and the lists of its origin: only what changed is asked for, and an old list is refused.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { folderFor, recording, run, until } from './chalkline.mjs';
import { all, folder, known, library, line, listed, mirror, origin } from './mirror-origin.mjs';

/** draft, published or withdrawn, as somebody at the origin says. */
async function setState(id, state) {
  const file = join(folder, 'catalogue.json');
  const catalogue = JSON.parse((await run(all, 'export', '--library', library)).stdout);
  catalogue.lessons.find((lesson) => lesson.id === id).state = state;
  writeFileSync(file, JSON.stringify(catalogue));
  const done = await run(all, 'import', file, '--library', library);
  assert.equal(done.code, 0, done.stderr);
}

test('only what changed is asked for, and what was withdrawn goes', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  await known(one.address);
  const two = await mirror(t, '', folderFor(t), { upstream: one.address }); // a mirror of the mirror
  await known(two.address);
  const added = await run(t, 'add', recording(folder, 'Seeds.mp4', { seconds: 1 }), '--library', library, '--config', join(folder, 'quick.yaml'));
  assert.equal(added.code, 0, added.stderr);
  const requests = line.requests.length;
  await known(one.address, 3);
  await known(two.address, 3);
  assert.ok(line.requests.slice(requests).every((each) => !each.endsWith('/mirror/lessons')), 'the whole list was asked for');
  const changes = await (await fetch(`${two.address}/mirror/changes/${/"since":(\d+)/.exec(await (await fetch(`${origin}/mirror/lessons`)).text())[1]}`)).text();
  assert.match(changes, /"id":"seeds"/);
  assert.doesNotMatch(changes, /"id":"water"/);
  await setState('seeds', 'withdrawn');
  await known(one.address, 2);
  await known(two.address, 2);
});

test('an old list that is played again is refused, also after a restart', async (t) => {
  line.cut = false;
  const old = await (await fetch(`${origin}/mirror/lessons`)).text();
  const one = await mirror(t);
  await known(one.address);
  await setState('water', 'withdrawn');
  t.after(async () => { line.replay = null; await setState('water', 'published'); });
  await known(one.address, 1);
  line.replay = old;
  await until('the old list to be refused', () => /is older than the one that is here/.test(one.process.said.stderr));
  assert.deepEqual(Object.keys(await listed(one.address)), ['fractions']);
  one.process.child.kill('SIGKILL');
  await one.process.ended;
  const again = await mirror(t, '', one.place);
  await until('the old list to be refused', () => /is older than the one that is here/.test(again.process.said.stderr));
  assert.deepEqual(Object.keys(await listed(again.address)), ['fractions']);
  line.replay = null;
  await setState('water', 'published');
  await known(again.address);
});
