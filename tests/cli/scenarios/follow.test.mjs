// A mirror and the lists of its origin: only what changed is asked for, an old list is refused, a circle of mirrors is
// noticed, and who asks hears since when a copy is stale and whom a lesson needs.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { folderFor, freePort, recording, run, until } from './chalkline.mjs';
import { all, folder, known, library, line, listed, mirror, origin } from './mirror-origin.mjs';

/** What somebody at the origin says of a lesson: its state, its place in the curriculum. */
async function say(id, words) {
  const file = join(folder, 'catalogue.json');
  const catalogue = JSON.parse((await run(all, 'export', '--library', library)).stdout);
  Object.assign(catalogue.lessons.find((lesson) => lesson.id === id), words);
  writeFileSync(file, JSON.stringify(catalogue));
  const done = await run(all, 'import', file, '--library', library);
  assert.equal(done.code, 0, done.stderr);
}

const serialOf = async (address) => /"serial":(\d+)/.exec(await (await fetch(`${address}/mirror/lessons`)).text())?.[1];

/** The list of the origin as it is now, at the mirror: a server may give its last list on for some seconds, and a mirror that
 *  enters one of three lessons has two of them for a moment. */
const inStep = (address) => until('the mirror to be in step', async () => {
  const serial = JSON.parse(readFileSync(join(library, 'feed', 'lessons'))).serial;
  return (await serialOf(origin)) === String(serial) && (await serialOf(address)) === String(serial) && String(serial);
});

const ready = async (address) => (await fetch(`${address}/readyz`)).text();

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
  await say('seeds', { state: 'withdrawn' });
  await known(one.address, 2);
  await known(two.address, 2);
  const page = await fetch(`${two.address}/mirror/lessons`);
  assert.match(page.headers.get('via'), /^1\.1 chalkline-[0-9a-f]+, 1\.1 chalkline-[0-9a-f]+$/);
});

test('a day without changes costs less than 2 kB', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  await known(one.address);
  const serial = await inStep(one.address);
  one.process.child.kill('SIGKILL');
  await one.process.ended;
  // The very requests of a mirror, over a line that counts: after 1, 2, 4 ... minutes, and then every 6 hours.
  const day = [];
  for (let at = 0, wait = 1; at < 24 * 60; at += wait, wait = Math.min(wait * 2, 360)) day.push(at);
  const quiet = day.filter((at) => at >= 360).length + 1; // of a day after a quiet one
  line.sockets.clear();
  const again = await mirror(t, '', one.place); // asks at once, on a connection of its own
  const socket = await until('the first answer', () => [...line.sockets].find((each) => each.asked?.includes(`/mirror/changes/${serial}`) && each.bytesWritten > 0));
  again.process.child.kill('SIGKILL');
  await until('its end', () => socket.destroyed);
  const bytes = (socket.bytesRead + socket.bytesWritten) / socket.asked.length;
  t.diagnostic(`${Math.round(bytes)} bytes a question, ${quiet} questions: ${Math.round(bytes * quiet)} bytes a day`);
  assert.ok(bytes * quiet < 2000, `${bytes * quiet} bytes`);
});

test('an old list that is played again is refused, also after a restart', async (t) => {
  line.cut = false;
  const old = await (await fetch(`${origin}/mirror/lessons`)).text();
  const one = await mirror(t);
  await known(one.address);
  await say('water', { state: 'withdrawn' });
  t.after(async () => { line.replay = null; await say('water', { state: 'published' }); });
  await known(one.address, 1);
  line.replay = old;
  await until('the old list to be refused', () => /is older than the one that is here/.test(one.process.said.stderr));
  assert.deepEqual(Object.keys(await listed(one.address)), ['fractions']);
  assert.match(await ready(one.address), /stale since: .*\nbecause: the upstream's list is not believed\n/);
  one.process.child.kill('SIGKILL');
  await one.process.ended;
  const again = await mirror(t, '', one.place);
  await until('the old list to be refused', () => /is older than the one that is here/.test(again.process.said.stderr));
  assert.deepEqual(Object.keys(await listed(again.address)), ['fractions']);
  line.replay = null;
  await until('it to be in step', async () => !/stale/.test(await ready(again.address)));
});

test('who asks hears since when the upstream is gone, on the pages too', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { water } = await known(one.address);
  await until('it to be in step', async () => /^ready\nupstream: http\S+\nlast in step: 20[^\n]+ UTC\n$/.test(await ready(one.address)));
  assert.doesNotMatch(await (await fetch(`${one.address}/`)).text(), /This is a copy/);
  for (const file of ['index.json', 'video/0/1.m4s']) await fetch(`${one.address}/v/${water}/${file}`);
  line.cut = true;
  await until('it to be stale', async () => /\nstale since: 20[^\n]+ UTC\nbecause: the upstream cannot be reached\n$/.test(await ready(one.address)));
  assert.equal((await fetch(`${one.address}/readyz`)).status, 200); // it serves
  for (const page of ['/', '/watch/water'])
    await until(`${page} to say so`, async () => /This is a copy, last in step with its source: 20/.test(await (await fetch(one.address + page)).text()));
  line.cut = false;
  await until('it to be in step', async () => !/stale/.test(await ready(one.address)));
});

test('a mirror has its origin\'s curriculum, and finds lessons by it, also alone and in its reader\'s language', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  await known(one.address);
  await say('water', { country: 'Kenya', grade: 'Grade 5', subject: 'Science', course: 'Rivers', description: 'Where the Tana comes from', texts: [{ language: 'ar', title: 'الماء', description: '' }], tags: ['sea'] });
  const page = async (path) => (await fetch(one.address + path, { headers: { 'accept-language': 'en' } })).text();
  await until('the curriculum to be there', async () => /Kenya/.test(await page('/')));
  line.cut = true;
  await until('it to be stale', async () => /stale since/.test(await ready(one.address)));
  let level = '/';
  for (const title of ['Kenya', 'Grade 5', 'Science', 'Rivers']) [, level] = new RegExp(`href="(/browse/[^"?]+)[^>]*>${title}<`).exec(await page(level));
  assert.match(await page(level), /\/watch\/water/);
  for (const words of ['tana', 'rivers', 'الماء', 'sea']) assert.match(await page(`/search?q=${encodeURIComponent(words)}`), /\/watch\/water/, words);
  for (const [language, words] of [['ar', 'هذه نسخة'], ['es', 'Esto es una copia'], ['fr', 'Ceci est une copie'], ['sw', 'Hii ni nakala']])
    assert.match(await page(`/?lang=${language}`), new RegExp(`<p lang="${language}"[^>]*>${words}`));
  line.cut = false;
  await say('water', { title: 'Water and rain' });
  await until('the change to be there', async () => /Water and rain/.test(await page(level)));
});

test('mirrors that follow each other say so, and do not wait for each other', async (t) => {
  const first = await freePort();
  const second = await freePort();
  const at = (port) => ({ upstream: `http://127.0.0.1:${port}` });
  const a = await mirror(t, '', folderFor(t), { ...at(second), port: first });
  const b = await mirror(t, '', folderFor(t), { ...at(first), port: second });
  // Each has a list that it could hand on, as after a change of configuration.
  for (const each of [a, b]) {
    each.process.child.kill('SIGKILL');
    await each.process.ended;
    writeFileSync(join(each.copy, 'mirrored', 'lessons'), await (await fetch(`${origin}/mirror/lessons`)).text());
  }
  const again = [await mirror(t, '', a.place, { ...at(second), port: first }), await mirror(t, '', b.place, { ...at(first), port: second })];
  await until('one of them to say so', () => again.some(({ process }) => /the upstream follows this mirror, through/.test(process.said.stderr)));
  const { water } = await listed(again[0].address);
  for (const each of again) assert.equal((await fetch(`${each.address}/v/${water}/video/0/1.m4s`)).status, 503);
  const self = readFileSync(join(a.copy, 'mirrored', 'name'), 'utf8');
  const looped = await fetch(`${again[0].address}/v/${water}/index.json`, { headers: { 'cdn-loop': `other; a=1, ${self}` } });
  assert.equal(looped.status, 508);
});

test('hosts says whom a learner needs', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { port } = new URL(one.address);
  const page = await (await fetch(`${one.address}/hosts`)).text();
  assert.match(page, new RegExp(`<td>127\\.0\\.0\\.1<td>TCP ${port}<td>127\\.0\\.0\\.1/32<td>http://127\\.0\\.0\\.1:${port}`));
  const config = join(one.place, 'hosts.yaml');
  writeFileSync(config, 'server: {base_url: "https://127.0.0.1:8443"}\n');
  const { stdout } = await run(t, 'hosts', '--config', config, '--json');
  assert.deepEqual(JSON.parse(stdout).hosts, [{ host: '127.0.0.1', port: 8443, protocol: 'tcp', ranges: ['127.0.0.1/32'], url: 'https://127.0.0.1:8443' }]);
  assert.equal((await run(t, 'hosts', '--config', config)).stdout, '127.0.0.1\ttcp/8443\t127.0.0.1/32\thttps://127.0.0.1:8443\n');
});
