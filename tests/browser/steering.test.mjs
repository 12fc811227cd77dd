// A learner near a mirror, in a real Chromium: he fetches there, by content steering (hls.js) or redirects (our own player), and plays
// on when the mirror goes away, or its line to the origin, in the middle. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/steering.test.mjs
import assert from 'node:assert/strict';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, it } from 'node:test';
import { join } from 'node:path';
import { openLink } from './support/link.mjs';
import { run, serve, until } from './support/run.mjs';
import { chalkline, openStage, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

const kLongestStall = 2000; // ms
const kLate = 0.5; // seconds: the mirror goes away once so much was played
let stage; // its server stands behind the mirror's line
let key;
let site; // of somebody else, with hls.js
const kPage = `<!doctype html><video id="video" muted controls></video><script src="/hls.js"></script><script>
  window.chalkline = {};
  const hls = new Hls({ maxBufferLength: 6, maxMaxBufferLength: 6 });
  hls.loadSource(new URLSearchParams(location.search).get('playlist'));
  hls.attachMedia(video);
</script>`;

before(async () => {
  stage = await openStage();
  const keys = async (...more) => JSON.parse(await run(chalkline, ['keys', '--library', stage.library, '--json', ...more])).own;
  key = (await keys()) || (await keys('--create'));
  const hls = await readFile(new URL('../../node_modules/hls.js/dist/hls.min.js', import.meta.url));
  site = createServer((asked, answer) => (asked.url === '/hls.js' ? answer.setHeader('content-type', 'text/javascript').end(hls) : answer.setHeader('content-type', 'text/html').end(kPage)));
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
});
after(async () => {
  site?.close();
  await stage?.close();
});

/** A mirror, its line to the server of the stage, and an origin that sends learners there. `more`: of the mirror's configuration. */
async function near(t, more = '') {
  const line = await openLink(stage.server.port);
  t.after(() => line.close());
  const copy = join(work, 'steering-copy');
  await rm(copy, { recursive: true, force: true });
  const config = join(work, 'steering.yaml');
  await writeFile(config, `mirror: {upstream: "http://127.0.0.1:${line.port}", keys: ["${key}"], interval: 1s${more}}\n`);
  const mirror = await serve(chalkline, copy, ['--config', config], 'mirror');
  t.after(() => mirror.kill());
  await until('the mirror to know the lesson', async () => (await fetch(`http://127.0.0.1:${mirror.port}/watch/${stage.lesson}`)).ok);
  await writeFile(config, `steering: {mirrors: ["http://127.0.0.1:${mirror.port} 127.0.0.0/8"], ttl: 5s}\n`);
  const origin = await serve(chalkline, stage.library, ['--config', config]);
  t.after(() => origin.stop());
  await until('the origin to find the mirror', async () => (await (await fetch(`http://127.0.0.1:${origin.port}/steering/${stage.lesson}?pathway=mirror-1`)).json())['PATHWAY-PRIORITY'][0] === 'mirror-1');
  return { line, mirror, origin };
}

/** A visit that knows its longest stall, and which segments came from where: the port of each request's last answer. */
async function watch(address, options) {
  const v = await visit(stage.browser, address, { ...options, script: () => addEventListener('DOMContentLoaded', () => {
    window.stood = 0; // the longest time in which the picture stood still, ms
    let since = null;
    setInterval(() => {
      if (!since || video.paused || video.currentTime !== since.position) since = { at: performance.now(), position: video.currentTime };
      else if (video.currentTime > 0.3) window.stood = Math.max(window.stood, performance.now() - since.at);
    }, 50);
  }) });
  const segments = new Map();
  v.page.on('response', (response) => {
    const { pathname, port } = new URL(response.url());
    if (response.ok() && /\/\d+\.m4s$/.test(pathname)) segments.set(Number(port), (segments.get(Number(port)) ?? 0) + 1);
  });
  return { ...v, from: (port) => segments.get(port) ?? 0, stood: () => v.page.evaluate(() => window.stood) };
}

async function playsOn(t, v, seconds) {
  const gone = await v.time();
  await v.until('it plays on', (to) => video.currentTime > to, gone + seconds, 120);
  const stood = await v.stood();
  t.diagnostic(`the picture stood for ${Math.round(stood)} ms at most`);
  assert.ok(stood <= kLongestStall, `${stood} ms`);
}

const byHlsjs = (origin) => {
  const playlist = `http://127.0.0.1:${origin.port}/l/${stage.lesson}/multivariant.m3u8?codec=aac`;
  return [playlist, `http://127.0.0.1:${site.address().port}/?playlist=${encodeURIComponent(playlist)}`];
};

it('plays from the mirror by content steering, and goes on at the origin when the mirror goes away', async (t) => {
  const { mirror, origin } = await near(t);
  const [playlist, page] = byHlsjs(origin);
  assert.match(await (await fetch(playlist)).text(), /#EXT-X-CONTENT-STEERING:SERVER-URI="\/steering\/[\w-]+\?pathway=mirror-1",PATHWAY-ID="mirror-1"/);
  const v = await watch(page, { nativeHls: false });
  t.after(() => v.close());
  await v.page.evaluate(() => video.play());
  await v.playedOn(kLate);
  assert.ok(v.from(mirror.port) > 0);
  assert.equal(v.from(origin.port), 0);
  await until('the steering manifest to be asked for', () => v.requests.some((url) => url.pathname.startsWith('/steering/')));
  await mirror.kill();
  await playsOn(t, v, 14);
  assert.ok(v.from(origin.port) > 0);
});

it('plays on from the other pathway when the mirror has lost its line and has not got the rest', async (t) => {
  const { line, mirror, origin } = await near(t);
  const v = await watch(byHlsjs(origin)[1], { nativeHls: false });
  t.after(() => v.close());
  await v.page.evaluate(() => video.play());
  await v.playedOn(kLate);
  line.towards(1); // where nobody listens
  line.cut();
  assert.ok(v.from(mirror.port) > 0);
  await playsOn(t, v, 14);
  assert.ok(v.from(origin.port) > 0);
});

it('our own player is sent to the mirror, and is back at the origin within a segment', async (t) => {
  const { mirror, origin } = await near(t);
  const v = await watch(`http://127.0.0.1:${origin.port}/watch/${stage.lesson}`);
  t.after(() => v.close());
  await v.page.click('#play');
  await v.playedOn(kLate);
  assert.equal((await v.hook()).engine, 'own');
  assert.ok(v.from(mirror.port) > 0);
  assert.equal(v.from(origin.port), 0);
  await mirror.kill();
  await playsOn(t, v, 40);
  assert.ok(v.from(origin.port) > 0);
});

it('a lesson that is stored plays on at the mirror when the line to the origin is cut', async (t) => {
  const { line, mirror } = await near(t, ', courses: ["*"]');
  await until('the lesson to be there whole', async () => (await readdir(join(work, 'steering-copy', 'versions'))).length > 0);
  const v = await watch(`http://127.0.0.1:${mirror.port}/watch/${stage.lesson}`);
  t.after(() => v.close());
  await v.page.click('#play');
  await v.playedOn(kLate);
  line.towards(1);
  line.cut();
  await playsOn(t, v, 40);
  await v.seek(60);
  await playsOn(t, v, 5);
});
