// nginx, Varnish and Squid from Debian, each with its file of deploy/caches/, between learners and our origin: every byte is
// the origin's, a lesson that was seen once costs the origin nothing any more, pieces are cut from the whole, and when the
// origin is gone the lesson still plays. The origin sends learners of this network to a mirror, which has nothing: a cache is
// not sent there, for it says in CDN-Loop that it is one.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as httpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { nginxCache } from '../../bench/support/nginx_cache.mjs';
import { addressOf, folderFor, recording, run, start, until } from '../cli/scenarios/chalkline.mjs';

const undo = [];
const all = { after: (what) => undo.push(what) }; // of the whole file
let library;
let files; // of the lesson, as a player may ask for them
let version;

before(async () => {
  const folder = folderFor(all);
  library = join(folder, 'library');
  const config = join(folder, 'quick.yaml');
  writeFileSync(config, 'transcode: {x264_preset: veryfast, av1: off}\n');
  const added = await run(all, 'add', recording(folder, 'Water.mp4', { seconds: 4 }), '--library', library, '--config', config);
  assert.equal(added.code, 0, added.stderr);
  const facts = JSON.parse((await run(all, 'inspect', 'water', '--library', library, '--json')).stdout);
  version = facts.version;
  const index = JSON.parse(readFileSync(join(library, 'versions', version, 'index.json'), 'utf8'));
  files = index.files.map(({ path }) => path).filter((path) => !/\.(gz|br)$/.test(path));
});

after(async () => {
  for (const what of undo.reverse()) await what();
});

const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});

const shipped = (name) => readFileSync(new URL(`../../deploy/caches/${name}`, import.meta.url), 'utf8');

// Each: its file with this machine's places put in, and how it is started.
const caches = {
  nginx: (folder, port, origin) => ['nginx', nginxCache(folder, port, `127.0.0.1:${origin}`)],
  varnish: (folder, port, origin) => {
    writeFileSync(join(folder, 'vcl'), shipped('varnish.vcl').replace('"video.example"', '"127.0.0.1"').replace('.port = "80"', `.port = "${origin}"`));
    return ['varnishd', ['-F', '-n', join(folder, 'work'), '-a', `127.0.0.1:${port}`, '-f', join(folder, 'vcl'), '-s', 'malloc,64m']];
  },
  squid: (folder, port, origin) => {
    mkdirSync(join(folder, 'spool'));
    writeFileSync(join(folder, 'conf'), shipped('squid.conf')
      .replace('http_port 8080', `http_port 127.0.0.1:${port}`).replace('cache_peer video.example parent 80', `cache_peer 127.0.0.1 parent ${origin}`)
      .replace('rock /var/spool/squid/chalkline 50000', `ufs ${folder}/spool 100 16 256`) +
      `\npid_filename ${folder}/pid\naccess_log none\ncache_log ${folder}/log\ncoredump_dir ${folder}\nvisible_hostname cache.test\nworkers 1\n` +
      `cache_effective_user ${process.getuid() === 0 ? 'proxy' : process.env.USER}\n`);
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'spool'), 0o777);
    const made = spawnSync('squid', ['-N', '-z', '-f', join(folder, 'conf')], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    return ['squid', ['-N', '-f', join(folder, 'conf')]];
  },
};

// What the origin's counters say it has answered.
const answered = async (origin) => {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^chalkline_body_bytes_total (\d+)$/m.exec(text)[1]);
};

for (const [name, prepare] of Object.entries(caches)) {
  test(`${name} serves a whole lesson as a cache of our origin`, async (t) => {
    const folder = folderFor(t);
    chmodSync(folder, 0o755);
    const config = join(folder, 'origin.yaml');
    const mirror = httpServer((request, answer) => answer.writeHead(request.url === '/readyz' ? 200 : 404).end());
    await new Promise((done) => mirror.listen(0, '127.0.0.1', done));
    t.after(() => mirror.close());
    const steering = `steering: {mirrors: ["http://127.0.0.1:${mirror.address().port} 127.0.0.0/8"]}`;
    writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${library}}\nworker: {enabled: false}\n${steering}\n`);
    const server = start(t, ['serve', '--config', config]);
    const origin = await addressOf(server);
    const sent = async () => (await fetch(`${origin}/v/${version}/${files[0]}`, { redirect: 'manual' })).status;
    await until('learners to be sent to the mirror', async () => await sent() === 307);
    const port = await freePort();
    const [command, args] = prepare(folder, port, new URL(origin).port);
    const cache = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [cache.stdout, cache.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text; });
    const ended = new Promise((done) => cache.on('close', done));
    t.after(async () => {
      cache.kill('SIGTERM');
      const late = setTimeout(() => cache.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(late);
    });
    const near = `http://127.0.0.1:${port}`;
    await until(`${name} to answer: ${said}`, async () => (await fetch(`${near}/healthz`).catch(() => null))?.ok, 60);

    const look = async (path, headers = {}) => {
      const answer = await fetch(near + path, { headers: { 'accept-encoding': 'identity', ...headers } });
      return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const lesson = async () => {
      for (const file of files) {
        const { status, bytes } = await look(`/v/${version}/${file}`);
        assert.equal(status, 200, file);
        assert.ok(bytes.equals(readFileSync(join(library, 'versions', version, file))), file);
      }
      assert.equal((await look('/watch/water')).status, 200);
      const playlist = (await look('/l/water/multivariant.m3u8')).bytes.toString();
      assert.match(playlist, /#EXT-X-STREAM-INF/);
      assert.doesNotMatch(playlist, /PATHWAY/);
    };
    await lesson();
    await sleep(300);
    const before = await answered(origin);
    for (let again = 0; again < 5; ++again) await lesson();
    const after = await answered(origin);
    const weight = files.reduce((sum, file) => sum + readFileSync(join(library, 'versions', version, file)).length, 0);
    // The counters' own page is the only thing that was asked of it, and a probe of its health.
    assert.ok(after - before < 100_000 && after - before < weight, `the origin sent ${after - before} bytes for ${5 * weight}`);

    const segment = files.find((file) => /video\/\d+\/1\.m4s$/.test(file));
    const whole = readFileSync(join(library, 'versions', version, segment));
    const piece = await look(`/v/${version}/${segment}`, { range: 'bytes=100-299' });
    assert.deepEqual([piece.status, piece.bytes.equals(whole.subarray(100, 300))], [206, true]);

    server.child.kill('SIGKILL');
    await server.ended;
    await sleep(11_000); // what names the version is older than it may be
    await lesson();
    assert.ok((await look('/watch/no-such-lesson')).status >= 500);
  });
}
