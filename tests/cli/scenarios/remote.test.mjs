// `add --server`: recordings to a server far away, over a line that is cut, by a program that is killed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { Proxy } from '../../http/clients/proxy.mjs';
import { addressOf, assertRefused, folderFor, names, run, start, until } from './chalkline.mjs';

async function serverFor(t, more = '') {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const config = join(folder, 'chalkline.yaml');
  writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${library}}\nworker: {enabled: false}\n${more}`);
  const made = await run(t, 'token', 'create', '--role', 'editor', '--label', 'team', '--config', config, '--json');
  assert.equal(made.code, 0, made.stderr);
  const server = start(t, ['serve', '--config', config]);
  const address = await addressOf(server);
  const port = Number(new URL(address).port);
  const proxy = new Proxy(() => port);
  t.after(() => proxy.close());
  const proxied = `http://127.0.0.1:${await proxy.listen()}`;
  const env = { CHALKLINE_TOKEN: JSON.parse(made.stdout).secret, XDG_STATE_HOME: join(folder, 'state') };
  const recording = (name, bytes) => {
    writeFileSync(join(folder, name), randomBytes(bytes));
    return join(folder, name);
  };
  const source = (lesson) => {
    const incoming = join(library, 'incoming');
    for (const id of names(incoming)) {
      const [name] = names(join(incoming, id, '0'));
      if (name === lesson) return readFileSync(join(incoming, id, '0', name));
    }
    return null;
  };
  const uploads = join(library, 'uploads');
  const stored = () => names(uploads).reduce((sum, id) => sum + statSync(join(uploads, id)).size, 0); // bytes of uploads under way
  return { folder, server, address, proxy, proxied, env, recording, source, stored, state: join(folder, 'state/chalkline/uploads') };
}

test('recordings are uploaded one after the other, and the same one is known again', async (t) => {
  const { address, env, recording, source, state } = await serverFor(t);
  const talk = recording('talk.mp4', 300_000);
  const song = recording('song.mp4', 5);
  const added = await run(t, 'add', '--server', `${address}/`, talk, song, '--course', 'Science', '--language', 'sw', { env });
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /talk\.mp4: lesson talk\nwatch it at http:\S+\/watch\/talk /);
  assert.match(added.stdout, /song\.mp4: lesson song\n/);
  assert.deepEqual(source('talk.mp4'), readFileSync(talk));
  assert.deepEqual(names(state), []);
  const again = await run(t, 'add', '--server', address, talk, '--json', { env });
  assert.equal(again.code, 0, again.stderr);
  const last = JSON.parse(again.stdout.trimEnd().split('\n').at(-1));
  assert.deepEqual(last, { event: 'uploaded', file: talk, lesson: 'talk', watch: `${address}/watch/talk`, duplicate: true });
  const other = await run(t, 'add', '--server', address, talk, '--again', '--title', 'Other', '--json', { env });
  assert.equal(JSON.parse(other.stdout.trimEnd().split('\n').at(-1)).lesson, 'other');
});

test('a line that is cut again and again costs little more than the cuts', async (t) => {
  const { proxy, proxied, env, recording, source } = await serverFor(t);
  const talk = recording('talk.mp4', 3_000_000);
  let cuts = 0;
  const cut = () => {
    ++cuts;
    proxy.reset();
    if (cuts < 5) proxy.after(400_000, cut);
  };
  proxy.after(400_000, cut);
  const added = await run(t, 'add', '--server', proxied, talk, { env });
  assert.equal(added.code, 0, added.stderr);
  assert.equal(cuts, 5);
  assert.deepEqual(source('talk.mp4'), readFileSync(talk));
  assert.ok(proxy.sent < 6_000_000, `${proxy.sent} bytes were sent`);
});

test('a program that was killed goes on when it is started again', async (t) => {
  const { proxy, proxied, env, recording, source, state, stored } = await serverFor(t);
  const talk = recording('talk.mp4', 4_000_000);
  let half;
  const reached = new Promise((resolve) => (half = resolve));
  proxy.after(2_500_000, half);
  const first = start(t, ['add', '--server', proxied, talk], { env });
  await reached;
  first.child.kill('SIGKILL');
  await first.ended;
  await until('what was sent to be stored', () => stored() > 2_400_000); // a reset throws away what has not been read yet
  proxy.reset();
  assert.equal(names(state).length, 1);
  const before = proxy.sent;
  const second = await run(t, 'add', '--server', proxied, talk, { env });
  assert.equal(second.code, 0, second.stderr);
  assert.ok(proxy.sent - before < 2_500_000, `${proxy.sent - before} bytes were sent again`);
  assert.deepEqual(source('talk.mp4'), readFileSync(talk));
  assert.deepEqual(names(state), []);
});

test('a program that is told to stop stops in the middle of a recording', async (t) => {
  const { proxy, proxied, env, recording, state } = await serverFor(t);
  const talk = recording('talk.mp4', 20_000_000);
  proxy.bytesPerSecond = 400_000;
  let reached;
  const some = new Promise((resolve) => (reached = resolve));
  proxy.see(500_000, reached);
  const adding = start(t, ['add', '--server', proxied, talk], { env });
  await some;
  adding.child.kill('SIGTERM');
  const stopped = await adding.ended;
  assert.equal(stopped.code, 1);
  assert.match(stopped.stderr, /stopped; the same command goes on where this one stopped/);
  assert.ok(proxy.sent < 10_000_000, `${proxy.sent} bytes were sent`);
  assert.equal(names(state).length, 1);
});

test('over TLS recordings go only to a server whose certificate can be trusted', async (t) => {
  const place = folderFor(t);
  const certificate = (name, names) => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=test',
      '-addext', `subjectAltName=${names}`, '-keyout', join(place, `${name}.key`), '-out', join(place, `${name}.pem`)], { stdio: 'ignore' });
    return join(place, `${name}.pem`);
  };
  const own = certificate('own', 'IP:127.0.0.1');
  const { server, env, recording } = await serverFor(t, `tls: {port: 0, certificate: ${own}, key: ${place}/own.key}\n`);
  const secure = await until('the server to listen with TLS', () => /serving with TLS .*address=(https:\S+)\//.exec(server.said.stderr)?.[1]);
  const talk = recording('talk.mp4', 300_000);
  const add = (address, more) => run(t, 'add', '--server', address, talk, { env: { ...env, ...more } });
  assertRefused(await add(secure, {}), 1, /the certificate of https:\S+ cannot be trusted: .*SSL_CERT_FILE/);
  const other = certificate('other', 'IP:127.0.0.1');
  assertRefused(await add(secure, { SSL_CERT_FILE: other }), 1, /cannot be trusted/);
  const byName = secure.replace('127.0.0.1', 'localhost'); // which is not in the certificate
  assertRefused(await add(byName, { SSL_CERT_FILE: own }), 1, /the certificate of https:\/\/localhost:\d+ cannot be trusted/);
  const added = await add(secure, { SSL_CERT_FILE: own });
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /talk\.mp4: lesson talk\n/);
});

test('a refusal that comes before all is sent is heard, and the rest stays unsent', async (t) => {
  const place = folderFor(t);
  const talk = join(place, 'talk.mp4');
  writeFileSync(talk, Buffer.alloc(64_000_000));
  let received = 0;
  const server = createServer((asked, answer) => {
    asked.on('data', (bytes) => (received += bytes.length)).on('error', () => {});
    if (asked.method === 'POST') answer.writeHead(201, { location: '/files/x' }).end();
    else if (asked.method === 'PATCH') answer.writeHead(415, { 'content-type': 'application/problem+json' }).end('{"detail":"no talks today"}');
  });
  t.after(() => server.close());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = { CHALKLINE_TOKEN: 'ct_any', XDG_STATE_HOME: place };
  const refused = await run(t, 'add', '--server', `http://127.0.0.1:${server.address().port}`, talk, { env });
  assert.equal(refused.code, 4, refused.stderr);
  assert.match(refused.stderr, /does not take talk\.mp4: no talks today\n$/);
  assert.ok(received < 32_000_000, `${received} bytes came`);
});

test('what cannot be uploaded is refused with a sentence', async (t) => {
  const { address, env, recording } = await serverFor(t, 'uploads: {max_size: 2kB, quota: 3kB}\n');
  const talk = recording('talk.mp4', 1000);
  const without = { env: { ...env, CHALKLINE_TOKEN: '' } };
  assertRefused(await run(t, 'add', '--server', address, talk, without), 2, /wants a token/);
  assertRefused(await run(t, 'add', '--server', address, talk, '--token', 'ct_nonsense', without), 1, /role editor/);
  assertRefused(await run(t, 'add', '--server', address, recording('large.mp4', 2001), { env }), 4, /2000 bytes/);
  assertRefused(await run(t, 'add', '--server', address, recording('work.pdf', 100), { env }), 4, /not a recording/);
  assertRefused(await run(t, 'add', '--server', address, join(address, 'nothing.mp4'), { env }), 4, /nothing\.mp4/);
  assertRefused(await run(t, 'add', '--server', 'video.example', talk, { env }), 2, /not the address of a server/);
  assertRefused(await run(t, 'add', talk, talk, { env }), 2, /one recording at a time/);
  assertRefused(await run(t, 'add', '--server', address, talk, '--captions', 'a.vtt:sw', { env }), 2, /--captions/);
  const waiting = start(t, ['add', '--server', 'http://127.0.0.1:1', talk], { env });
  await until('it to wait for the server', () => /waiting/.test(waiting.said.stderr));
  waiting.child.kill('SIGTERM');
  const stopped = await waiting.ended;
  assert.equal(stopped.code, 1);
  assert.match(stopped.stderr, /the same command goes on/);
});
