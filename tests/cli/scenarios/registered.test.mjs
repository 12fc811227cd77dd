// A mirror that registers at its origin with a token: it says how it is, learners near it are sent there, and what learners'
// pages reported to it arrives at the origin, each visit once, whatever happens to the line.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { addressOf, folderFor, freePort, run, start, until } from './chalkline.mjs';
import { known, library } from './mirror-origin.mjs';
import { openLine } from './mirror-line.mjs';

const today = () => new Date().toISOString().slice(0, 10);

async function token(t, role) {
  const made = await run(t, 'token', 'create', '--role', role, '--label', role, '--library', library, '--json');
  assert.equal(made.code, 0, made.stderr);
  return JSON.parse(made.stdout);
}

const visit = (lesson) => JSON.stringify({ lesson, engine: 'own', start_ms: 900, played_ms: 30_000, stalls: 0, stalled_ms: 0, held_ms: 0, bytes: 90_000, errors: 0, rungs: [{ lines: 240, ms: 30_000 }] });
const report = (address, lesson) => fetch(`${address}/reports`, { method: 'POST', body: visit(lesson) });
const linesIn = (file) => { try { return readFileSync(file, 'utf8').split('\n').filter(Boolean); } catch { return []; } };

/** An origin that hears mirrors and takes reports, a line to it, and a mirror that registers over the line. */
async function registered(t) {
  const place = folderFor(t);
  const key = JSON.parse((await run(t, 'keys', '--library', library, '--json')).stdout).own;
  const config = join(place, 'origin.yaml');
  writeFileSync(config, 'steering: {registered: ["127.0.0.0/8"]}\nlearners: {reports: true}\n');
  const origin = await addressOf(start(t, ['serve', '--library', library, '--config', config, '--port', '0']));
  const line = await openLine(origin);
  t.after(() => line.close());
  const [mirrors, reader] = [await token(t, 'mirror'), await token(t, 'operator')];
  const file = join(place, 'token');
  writeFileSync(file, `${mirrors.secret}\n`);
  const port = await freePort();
  const mirror = join(place, 'mirror.yaml');
  const name = `school-${port}`;
  writeFileSync(mirror, `server: {port: ${port}}
library: {path: ${join(place, 'copy')}}
learners: {reports: true}
mirror:
  upstream: "${line.address}"
  keys: ["${key}"]
  interval: 1s
  longest_interval: 1s
  register_token_file: ${file}
  register_as: ${name}
  register_address: "http://127.0.0.1:${port}"
  register_networks: ["127.0.0.0/24", "10.0.0.0/8"]
  register_interval: 1s
`);
  const begin = async () => {
    const process = start(t, ['mirror', '--config', mirror]);
    return { process, address: await addressOf(process) };
  };
  const ask = (path, options = {}) => fetch(`${origin}${path}`, { ...options, headers: { authorization: `Bearer ${reader.secret}` } });
  const told = async () => (await (await ask('/api/v1/mirrors')).json()).mirrors.find((each) => each.name === name);
  return { origin, config, line, name, port, file, begin, ask, told, mirrors, kept: join(library, 'reports', 'from', name, `${today()}.jsonl`) };
}

test('a mirror that registers says how it is, and learners near it are sent there while it answers', async (t) => {
  const { origin, config, line, name, port, begin, ask, told } = await registered(t);
  const one = await begin();
  const { water } = await known(one.address);
  const file = `/v/${water}/video/0/1.m4s`;
  const bytes = (await (await fetch(one.address + file)).arrayBuffer()).byteLength;
  for (let i = 0; i < 3; ++i) await (await fetch(one.address + file)).arrayBuffer();
  const mirror = await until('what it served to be told', async () => {
    const seen = await told();
    return seen?.served_bytes >= 4 * bytes && seen.healthy && seen;
  });
  assert.equal(mirror.address, `http://127.0.0.1:${port}`);
  assert.deepEqual(mirror.networks, ['127.0.0.0/24', '10.0.0.0/8']);
  assert.ok(mirror.fetched_bytes >= bytes && mirror.fetched_bytes < mirror.served_bytes);
  assert.equal(mirror.saved_bytes, mirror.served_bytes - mirror.fetched_bytes);
  assert.ok(mirror.stored_bytes >= bytes);
  assert.ok(mirror.serial > 0);
  assert.equal(mirror.stale_since_ms, null);
  assert.equal(mirror.version, (await run(t, '--version')).stdout.trim().replace('chalkline ', ''));

  const sentTo = async () => (await fetch(origin + file, { redirect: 'manual' })).headers.get('location');
  await until('learners to be sent there', async () => (await sentTo()) === `http://127.0.0.1:${port}${file}` || (await sentTo()) === `http://127.0.0.1:${port}/near${file}`);
  assert.match(await (await fetch(`${origin}/l/water/multivariant.m3u8`)).text(), new RegExp(`PATHWAY-ID="at-${name}"`));

  assert.match(await (await fetch(`${origin}/hosts`)).text(), new RegExp(`127\\.0\\.0\\.1:${port}`));
  const hosts = await run(t, 'hosts', '--config', config, '--library', library, '--json');
  assert.deepEqual(JSON.parse(hosts.stdout).hosts.at(-1), { host: '127.0.0.1', port, protocol: 'tcp', ranges: ['127.0.0.1/32'], url: `http://127.0.0.1:${port}` });

  one.process.child.kill('SIGKILL');
  await one.process.ended;
  await until('nobody to be sent to a mirror that is gone', async () => (await fetch(origin + file, { redirect: 'manual' })).status === 200);
  assert.equal((await told()).healthy, false);

  // What it counted outlives it, and its upstream's absence is said once.
  const again = await begin();
  await until('it to report again', async () => (await told()).healthy);
  assert.ok((await told()).served_bytes >= mirror.served_bytes);
  line.cut = true;
  await until('it to say that it cannot', () => /could not report/.test(again.process.said.stderr));
  assert.equal((await fetch(again.address + file)).status, 200);
  line.cut = false;
  await until('it to say that it can', () => /reports again/.test(again.process.said.stderr));
  assert.equal(again.process.said.stderr.match(/could not report/g).length, 1);

  again.process.child.kill('SIGKILL');
  await again.process.ended;
  assert.equal((await ask(`/api/v1/mirrors/${name}`, { method: 'DELETE' })).status, 204);
  await until('nobody to be sent there', async () => (await told()) === undefined && (await fetch(origin + file, { redirect: 'manual' })).status === 200);
});

test('visits that learners report to a mirror arrive at the origin, each once, over cuts and kills', async (t) => {
  const { origin, line, name, begin, told, kept } = await registered(t);
  const counted = async () => Number(/^chalkline_visits_total (\d+)$/m.exec(await (await fetch(`${origin}/metrics`)).text())[1]);
  let one = await begin();
  await known(one.address);
  await until('it to have registered', told);
  assert.equal((await report(one.address, 'water')).status, 204);
  await until('a visit to arrive', () => linesIn(kept).length === 1);

  // The origin is gone: they wait, also over a kill.
  line.cut = true;
  for (let i = 0; i < 30; ++i) assert.equal((await report(one.address, `cut-${i}`)).status, 204);
  one.process.child.kill('SIGKILL');
  await one.process.ended;
  one = await begin();
  assert.equal((await report(one.address, 'after')).status, 204);
  assert.equal(linesIn(kept).length, 1);
  // The first piece arrives and its answer is lost.
  line.lose = new RegExp(`/mirrors/${name}/visits/`);
  line.cut = false;
  await until('an answer to be lost', () => line.lose === null);
  await until('all to arrive', () => linesIn(kept).length >= 32);
  const lessons = linesIn(kept).map((text) => JSON.parse(text).lesson);
  assert.deepEqual(lessons, ['water', ...Array.from({ length: 30 }, (_, i) => `cut-${i}`), 'after']);
  await until('all to be counted', async () => (await counted()) >= 32); // after they are kept
  assert.equal(await counted(), 32);
});

test('a mirror with a token that is not good, or another mirror\'s name, says so and serves on', async (t) => {
  const { line, name, file, begin, told, mirrors } = await registered(t);
  writeFileSync(file, `ct_${'0'.repeat(64)}\n`);
  const one = await begin();
  await until('it to say why', () => /could not report how it is reason="?the token is not valid/.test(one.process.said.stderr));
  const other = await token(t, 'mirror');
  const put = (secret) => fetch(`${line.address}/api/v1/mirrors/${name}`, { method: 'PUT', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }, body: '{"version": "1"}' });
  assert.equal((await put(other.secret)).status, 200);
  writeFileSync(file, `${mirrors.secret}\n`); // read anew for each report
  await until('it to say whose the name is', () => /belongs to a mirror with another token/.test(one.process.said.stderr));
  assert.equal((await told()).version, '1');
  await known(one.address);
});
