// Learners near a mirror are sent to it by their origin, and are served by the origin while the mirror is not there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { addressOf, folderFor, start, until } from './chalkline.mjs';
import { known, library, line, mirror, original } from './mirror-origin.mjs';

// As a learner at `from`, with curl: [status, where it came from, body].
async function curl(url, { from = '127.0.0.2', more = [] } = {}) {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '--interface', from, '-w', '\n%{http_code} %{url_effective}', ...more, url], { encoding: 'buffer' });
  const end = stdout.lastIndexOf('\n');
  const [status, effective] = stdout.subarray(end + 1).toString().split(' ');
  return { status: Number(status), url: effective, body: stdout.subarray(0, end) };
}

test('learners near a mirror are sent there, for as long as it answers', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { water } = await known(one.address);
  const config = join(one.place, 'steering.yaml');
  writeFileSync(config, `steering: {mirrors: ["${one.address} 127.0.0.2/32"]}\n`);
  const steering = await addressOf(start(t, ['serve', '--library', library, '--config', config, '--port', '0']));
  const file = `/v/${water}/video/0/1.m4s`;
  const right = original(water, 'video/0/1.m4s');
  const ask = (path, options) => curl(steering + path, options);
  await until('the mirror to be used', async () => (await ask(file)).status === 307);
  for (const [range, status, bytes] of [[[], 200, right], [['-r', '10-99'], 206, right.subarray(10, 100)]]) {
    const sent = await ask(file, { more: ['-L', ...range] });
    assert.deepEqual([sent.status, sent.url], [status, `${one.address}/near${file}`]);
    assert.ok(sent.body.equals(bytes));
  }
  assert.equal((await ask(file, { from: '127.0.0.1' })).status, 200); // another network
  assert.equal((await ask(`/here${file}`)).status, 200); // of the playlist's other pathway
  assert.equal((await ask(`${file}?here`)).status, 200); // came back from the mirror
  assert.equal((await ask(file, { more: ['-H', 'CDN-Loop: somebody'] })).status, 200); // a mirror
  const playlist = (await ask('/l/water/multivariant.m3u8')).body.toString();
  const places = [...playlist.matchAll(/^#EXT-X-STREAM-INF:.*PATHWAY-ID="([^"]+)"\n(\S+)/gm)].map(([, id, uri]) => [id, uri.slice(0, uri.indexOf('/v/'))]);
  assert.deepEqual([...new Set(places.map(String))], [`mirror-1,${one.address}/near`, '.,/here']);
  assert.doesNotMatch((await ask('/l/water/multivariant.m3u8', { from: '127.0.0.1' })).body.toString(), /PATHWAY|STEERING/);
  const steered = async () => JSON.parse((await ask('/steering/water?pathway=mirror-1&_HLS_pathway=.')).body);
  assert.deepEqual(await steered(), { VERSION: 1, TTL: 30, 'RELOAD-URI': '/steering/water?pathway=mirror-1', 'PATHWAY-PRIORITY': ['mirror-1', '.'] });
  one.process.child.kill('SIGKILL');
  await until('the origin to serve them itself', async () => (await ask(file)).status === 200);
  assert.ok((await ask(file)).body.equals(right));
  assert.deepEqual((await steered())['PATHWAY-PRIORITY'], ['.', 'mirror-1']);
});

test('who is sent to another server than a mirror of ours does not ask it for what it does not know', async (t) => {
  line.cut = false;
  const place = folderFor(t);
  let fields = {};
  const server = createServer((request, answer) => answer.writeHead(200, fields).end('ready\nupstream: http://127.0.0.1:1\n'));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const address = `http://127.0.0.1:${server.address().port}`;
  const config = join(place, 'steering.yaml');
  writeFileSync(config, `steering: {mirrors: ["${address} 127.0.0.1/32"]}\n`);
  const steering = await addressOf(start(t, ['serve', '--library', library, '--config', config, '--port', '0']));
  const { water } = await known(steering);
  const file = `/v/${water}/video/0/1.m4s`;
  const sentTo = async (where) => (await fetch(steering + file, { redirect: 'manual' })).headers.get('location') === where + file;
  await until('learners to be sent there', () => sentTo(address));
  fields = { 'Chalkline-Near': '?1' };
  await until('them to be sent as to a mirror', () => sentTo(`${address}/near`));
});

test('what a mirror cannot get is refused to who has another way, and kept waiting for who has none', async (t) => {
  line.cut = false;
  const one = await mirror(t);
  const { water } = await known(one.address);
  line.cut = true;
  const file = `/v/${water}/video/0/1.m4s`;
  assert.equal((await curl(`${one.address}/near${file}`)).status, 421);
  assert.equal((await curl(one.address + file)).status, 503);
  line.cut = false;
  await until('it to be there', async () => (await curl(`${one.address}/near${file}`)).status === 200);
});
