// Other people's clients against the real binary: curl, openssl s_client, node's http2, nghttp, h2load, Chromium. One lesson,
// one server with and without TLS; what each client must see is what HTTP/1.1 in the clear gives.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { test } from 'node:test';

import { folderFor, recording, run, start, until } from '../../cli/scenarios/chalkline.mjs';

const has = (program) => spawnSync('which', [program]).status === 0;

function certificate(folder, name) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')], { stdio: 'ignore' });
}

async function serveLesson(t) {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const added = await run(t, 'add', recording(folder, 'talk.mp4'), '--library', library, '--title', 'Talk', '--json');
  assert.equal(added.code, 0, added.stderr);
  certificate(folder, 'first.example');
  const config = join(folder, 'chalkline.yaml');
  writeFileSync(config, `server: {port: 0}\ntls: {port: 0, certificate: ${folder}/certificate.pem, key: ${folder}/key.pem}\n` +
    `library: {path: ${library}}\nworker: {enabled: false}\n`);
  const server = start(t, ['serve', '--config', config]);
  const plain = await until('the server to listen', () => /serving .*address=(http:\S+)\//.exec(server.said.stderr)?.[1]);
  const secure = await until('the server to listen with TLS', () => /serving with TLS .*address=(https:\S+)\//.exec(server.said.stderr)?.[1]);
  const index = await (await fetch(`${plain}/api/v1/lessons/talk`)).json();
  return { folder, server, plain, secure, base: index.base };
}

const curl = (...args) => execFileSync('curl', ['-sS', '-k', '--max-time', '60', ...args], { maxBuffer: 1 << 26 });
const version = (...args) => curl('-o', '/dev/null', '-w', '%{http_version} %{response_code}', ...args).toString();
async function metric(plain, name) {
  const text = await (await fetch(`${plain}/metrics`)).text();
  return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(text)[1]);
}

test('real clients', async (t) => {
  const { folder, server, plain, secure, base } = await serveLesson(t);
  const files = JSON.parse(curl(`${plain}${base}index.json`)).files.map((file) => `${base}${file.path}`);
  const segment = files.find((path) => path.endsWith('video/0/1.m4s'));
  assert.ok(segment, files.join(' '));
  const wanted = curl(`${plain}${segment}`);

  await t.test('curl: every version it speaks, on both ports', () => {
    assert.equal(version('--http2-prior-knowledge', `${plain}${segment}`), '2 200');
    assert.equal(version('--http2', `${secure}${segment}`), '2 200');
    assert.equal(version('--http1.1', `${secure}${segment}`), '1.1 200');
    assert.equal(version('--http2', '--tls-max', '1.2', `${secure}${segment}`), '2 200');
    assert.equal(version('--http2', '--tlsv1.3', '-r', '5-99', `${secure}${segment}`), '2 206');
    // curl's own way to ask for HTTP/2 on a plain port (h2c by Upgrade) is answered as RFC 9113 lets us: in HTTP/1.1.
    assert.equal(version('--http2', `${plain}${segment}`), '1.1 200');
    assert.deepEqual(curl('--http2', `${secure}${segment}`), wanted);
    assert.deepEqual(curl('--http2-prior-knowledge', `${plain}${segment}`), wanted);
    assert.deepEqual(curl('--http1.1', `${secure}${segment}`), wanted);
  });

  await t.test('openssl s_client: a session resumed, with early data', async () => {
    const host = secure.replace('https://', '');
    const session = join(folder, 'session.pem');
    const client = (args, input) =>
      spawnSync('openssl', ['s_client', '-connect', host, '-servername', 'localhost', '-alpn', 'http/1.1', '-tls1_3', '-ign_eof', ...args],
        { input, encoding: 'latin1', timeout: 60_000, maxBuffer: 1 << 26 });
    const request = (path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    const first = client(['-sess_out', session], request('/healthz'));
    assert.match(first.stdout, /HTTP\/1\.1 200 OK/);
    assert.match(first.stdout, /ALPN protocol: http\/1\.1/);
    const early = join(folder, 'early');
    writeFileSync(early, request(segment));
    const second = client(['-sess_in', session, '-early_data', early], '');
    assert.match(second.stdout, /^Reused, TLSv1\.3/m);
    assert.match(second.stdout, /Early data was accepted/);
    assert.match(second.stdout, /HTTP\/1\.1 200 OK/);
    assert.equal(await metric(plain, 'chalkline_tls_early_data_total'), 1);
  });

  await t.test("node's http2: a whole version at once on one connection", async () => {
    const session = connect(secure, { rejectUnauthorized: false });
    t.after(() => session.close());
    assert.equal(await new Promise((resolve, reject) => session.on('connect', () => resolve(session.alpnProtocol)).on('error', reject)), 'h2');
    const get = (path) => new Promise((resolve, reject) => {
      const stream = session.request({ ':path': path });
      const parts = [];
      stream.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts))).on('error', reject);
    });
    const got = await Promise.all(files.map(get));
    for (const [i, path] of files.entries()) assert.deepEqual(got[i], curl(`${plain}${path}`), path);
    session.close();
  });

  await t.test('nghttp and h2load: frames in order, thousands of streams', { skip: !has('nghttp') }, () => {
    const seen = execFileSync('nghttp', ['-nv', '--no-dep', `${secure}${segment}`, `${secure}${base}multivariant.m3u8`], { encoding: 'utf8' });
    assert.match(seen, /SETTINGS_MAX_CONCURRENT_STREAMS\(0x03\):100/);
    assert.match(seen, /:status: 200/);
    for (const target of [`${secure}${segment}`, `${plain}${segment}`]) {
      const said = execFileSync('h2load', ['-n', '2000', '-c', '8', '-m', '20', target], { encoding: 'utf8' });
      assert.match(said, /2000 succeeded, 0 failed, 0 errored/);
    }
  });

  await t.test('a new certificate on SIGHUP; open connections go on', async () => {
    const name = () => spawnSync('openssl', ['s_client', '-connect', secure.replace('https://', '')], { input: '', encoding: 'utf8' }).stdout;
    assert.match(name(), /subject=CN = first\.example/);
    const session = connect(secure, { rejectUnauthorized: false });
    const status = () => new Promise((resolve, reject) => session.request({ ':path': '/healthz' }).on('response', (head) => resolve(head[':status'])).on('error', reject).resume());
    assert.equal(await status(), 200);
    certificate(folder, 'second.example');
    server.child.kill('SIGHUP');
    await until('the reload', () => server.said.stderr.includes('certificate and key were read again'));
    assert.match(name(), /subject=CN = second\.example/);
    writeFileSync(join(folder, 'certificate.pem'), 'this is no certificate');
    server.child.kill('SIGHUP');
    await until('the refusal', () => server.said.stderr.includes('the certificate stays as it was'));
    assert.match(name(), /subject=CN = second\.example/);
    assert.equal(await status(), 200);
    session.close();
  });

  await t.test('a changed configuration on SIGHUP: what may change does, the rest is named, a wrong one changes nothing', async () => {
    const config = join(folder, 'chalkline.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('{port: 0}', '{port: 1, cache_status: false}'));
    assert.match(curl('-I', `${plain}${segment}`).toString(), /^cache-status:/im);
    server.child.kill('SIGHUP');
    await until('the configuration to be read', () => /configuration was read again changed=server.cache_status after_restart=server.port/.test(server.said.stderr));
    assert.doesNotMatch(curl('-I', `${plain}${segment}`).toString(), /^cache-status:/im);
    writeFileSync(config, 'server: {cache_status: maybe}\n');
    server.child.kill('SIGHUP');
    await until('the refusal', () => /the configuration stays as it was error=.*cache_status/.test(server.said.stderr));
    assert.doesNotMatch(curl('-I', `${plain}${segment}`).toString(), /^cache-status:/im);
    writeFileSync(config, text);
  });

  await t.test('Chromium visits the watch page over HTTP/2', { skip: !has('chromium') }, async () => {
    const before = await metric(plain, 'chalkline_http2_connections_total');
    const page = spawnSync('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--ignore-certificate-errors', `--user-data-dir=${folder}/profile`,
      '--virtual-time-budget=3000', '--dump-dom', `${secure}/watch/talk`], { encoding: 'utf8', timeout: 120_000 });
    assert.match(page.stdout, /<video/);
    assert.ok((await metric(plain, 'chalkline_http2_connections_total')) > before);
    // h2load's thousands of lines come first, and none was read while Chromium ran.
    await until('the visit is in the log', () => /target=\/watch\/talk http=2 status=200/.test(server.said.stderr));
  });

  await t.test('the server ends when it is told to, and says so', async () => {
    server.child.kill('SIGTERM');
    assert.equal((await server.ended).code, 0);
  });
});
