// The studio from end to end, on a phone: somebody signs in by keyboard, sends a recording over a line that is cut, sees its job go,
// edits, captions and publishes the lesson, sees what it costs; and what it looks like to a screen reader and a weak eye.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { run } from './support/run.mjs';
import { chalkline, openStage, shots, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

const kPassword = 'blue chalk, green board';
const axe = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const folder = join(work, 'studio');
const recording = join(folder, 'maji.mp4');
let stage;

// An empty library with one user, and a recording whose bytes are enough to be cut on their way and whose pictures are enough to be
// encoded for some seconds, since the page looks at a job once a second; not more, since a busy machine takes ten times as long.
async function make() {
  const library = join(folder, 'library');
  const config = join(folder, 'chalkline.yaml'); // one stage: what is tested is the page
  await rm(folder, { recursive: true, force: true });
  await run('mkdir', ['-p', folder]);
  await writeFile(config, 'transcode:\n  x264_preset: slower\n  av1: off\n');
  const made = spawnSync(chalkline, ['user', 'create', 'amina', '--role', 'operator', '--library', library], { input: `${kPassword}\n`, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  await run('ffmpeg', [
    '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=480x270:r=15:d=16,noise=alls=20:allf=t,format=yuv420p', '-f', 'lavfi', '-i', 'sine=f=440:d=16',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '2200k', '-minrate', '2200k', '-c:a', 'aac', recording,
  ]);
  return { library, lesson: '', options: ['--config', config] };
}

before(async () => { stage = await openStage({ make, line: true }); });
after(() => stage?.close());

const kPatience = 180_000; // ms: an encode on a machine three times slower than this one
const wait = (page, check, argument) => page.waitForFunction(check, argument, { timeout: kPatience, polling: 50 });

// As axe-core sees it, and no wider than the screen.
async function looksRight(page, name) {
  await page.screenshot({ path: join(shots, `studio-${name}.png`), fullPage: true });
  await page.evaluate(axe);
  const faults = await page.evaluate(async () => (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })).violations
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' ')}`));
  assert.deepEqual(faults, [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
}

test('from signing in to a published lesson, over a line that is cut', { timeout: 900_000 }, async () => {
  const { page, wrong, close } = await visit(stage.browser, stage.address('/studio/'));
  page.setDefaultTimeout(kPatience);
  await page.waitForSelector('input[name=name]');
  await looksRight(page, 'sign-in');

  // Without a mouse.
  await page.focus('input[name=name]');
  await page.keyboard.type('amina');
  await page.keyboard.press('Tab');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  await page.fill('input[name=password]', kPassword);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#uploads');
  assert.equal(await page.evaluate(() => document.cookie), '', 'scripts do not see the cookie');

  // What the jobs say of themselves, whoever looks when.
  await page.evaluate(() => {
    window.told = new Set();
    new MutationObserver(() => {
      for (const job of document.querySelectorAll('.job')) window.told.add(job.textContent);
      for (const one of document.querySelectorAll('.sending')) window.told.add(one.className);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });

  const network = await page.context().newCDPSession(page);
  const slow = (bytes) => network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
  const offsets = [];
  page.on('request', (request) => { if (request.method() === 'PATCH' && request.url().includes('/files/')) offsets.push(Number(request.headers()['upload-offset'])); });
  await slow(1_000_000);
  await page.fill('.drop input:not([type=file])', 'sw');
  await page.setInputFiles('input[type=file]', recording);
  await wait(page, () => document.querySelector('.sending progress')?.value > 0.2);
  stage.link.cut();
  await wait(page, () => [...window.told].some((name) => name.includes(' cut')));
  await slow(-1);
  await wait(page, () => document.querySelector('.sending.done'));
  assert.equal(offsets[0], 0);
  assert.ok(offsets.at(-1) > 0, `it went on where it was: ${offsets}`);

  // The job, live; then its lesson, a draft.
  await wait(page, () => document.querySelector('li.lesson .state.draft') && !document.querySelector('li.lesson small').textContent.includes('no version'));
  const told = await page.evaluate(() => [...window.told]);
  assert.ok(told.some((text) => /encodes · \d+ %/.test(text)), told.join('\n'));
  assert.ok(told.some((text) => /\d+p \d+ %/.test(text)), 'each picture has its own progress');
  await looksRight(page, 'home');
  assert.equal((await fetch(stage.address('/watch/maji'))).status, 404, 'learners do not see a draft');

  await page.click('li.lesson a');
  await page.waitForSelector('#cost');
  await wait(page, () => document.querySelectorAll('.bars .ordinary').length > 0 && document.querySelectorAll('.bars .ours').length > 0 && document.querySelector('.bars .sound'));
  await page.fill('input[name=title]', 'Maji safi');
  await page.fill('textarea[name=description]', 'Maji ya kunywa');
  await page.click('form button[type=submit]');
  await wait(page, () => document.querySelector('h1').textContent.includes('Maji safi'));

  await page.setInputFiles('input[aria-label="Captions file"]', { name: 'maji.srt', mimeType: 'text/plain', buffer: Buffer.from('1\n00:00:01,000 --> 00:00:03,000\nHabari ya maji\n') });
  await page.waitForSelector('.editor textarea');
  await page.fill('.editor textarea', 'Habari za maji');
  await page.click('.editor button.main');
  await wait(page, () => !document.querySelector('.editor') && document.querySelector('.caption')?.textContent.includes('Kiswahili'));

  // A draft is looked at before it is published, by nobody else.
  await page.selectOption('select[name=link]', '3g-slow');
  await page.click('button:has-text("Show it")');
  const draft = await (await page.waitForSelector('iframe.phone')).contentFrame();
  await draft.click('#play');
  await draft.waitForFunction(() => document.querySelector('video').currentTime > 0.5, undefined, { timeout: kPatience });
  assert.equal((await fetch(stage.address('/watch/maji'))).status, 404, 'learners do not see it yet');

  await page.click('text=Publish');
  await page.waitForSelector('h1 .state.published');
  await looksRight(page, 'lesson');
  const lesson = await (await fetch(stage.address('/api/v1/lessons/maji'))).json();
  assert.equal(lesson.title, 'Maji safi');
  assert.equal(lesson.language, 'sw');
  const vtt = await (await fetch(stage.address(lesson.base + lesson.text[0].path))).text();
  assert.match(vtt, /Habari za maji/);
  assert.match(await (await fetch(stage.address('/watch/maji'))).text(), /Maji safi/);

  // A work sheet that is refused at first, and comes while somebody writes.
  await page.fill('textarea[name=description]', 'Maji ya kunywa, na ya kupikia');
  await page.route('**/files/', (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{"detail":"not today"}' }), { times: 1 });
  await page.setInputFiles('input[aria-label="Attach files"]', { name: 'zoezi.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 zoezi') });
  await page.waitForSelector('text=not today');
  await page.click('button[aria-label="Try again: zoezi.pdf"]');
  const sheet = await page.waitForSelector('a[href$="/l/maji/files/zoezi.pdf"]');
  assert.equal(await (await fetch(stage.address(await sheet.getAttribute('href')))).text(), '%PDF-1.4 zoezi');
  assert.equal(await page.inputValue('textarea[name=description]'), 'Maji ya kunywa, na ya kupikia', 'words that were not saved yet stay');
  await page.click('form button[type=submit]');
  await page.waitForSelector('form [role=status]:has-text("Saved.")');
  assert.equal((await page.evaluate(async () => (await (await fetch('/api/v1/lessons/maji')).json()).description)), 'Maji ya kunywa, na ya kupikia');
  assert.equal(await (await fetch(stage.address('/l/maji/files/zoezi.pdf'))).text(), '%PDF-1.4 zoezi');

  // As on a phone behind GPRS, with what it costs: no faster than 50 kbit/s, whatever the page's own line is.
  await page.click('button:has-text("Show it")');
  const phone = await (await page.waitForSelector('iframe.phone')).contentFrame();
  await wait(page, () => Number(document.querySelector('.budget')?.dataset.bytes) > 5_000); // the page itself
  assert.equal(await phone.evaluate(() => navigator.connection.type), 'cellular');
  const used = () => page.evaluate(() => [Number(document.querySelector('.budget').dataset.bytes), performance.now()]);
  const [pageBytes, began] = await used();
  await phone.click('#play');
  await wait(page, (least) => Number(document.querySelector('.budget').dataset.bytes) > least, pageBytes + 20_000);
  const [bytes, ended] = await used();
  const kbps = ((bytes - pageBytes) * 8) / (ended - began);
  assert.ok(kbps < 60, `${kbps} kbit/s came through a line of 50`);
  await phone.waitForFunction(() => document.querySelector('video').currentTime > 0.5, undefined, { timeout: kPatience });
  await looksRight(page, 'preview');

  await page.setViewportSize({ width: 1366, height: 768 });
  await looksRight(page, 'lesson-desktop');
  await page.goto(stage.address('/studio/#/'));
  await page.waitForSelector('li.lesson');
  // What is no recording fails, with the reason and what to do.
  await page.setInputFiles('input[type=file]', { name: 'mbaya.mp4', mimeType: 'video/mp4', buffer: Buffer.from('this is no video') });
  await page.waitForSelector('.job.failed .trouble');
  assert.match(await page.textContent('.job.failed .trouble'), /mbaya\.mp4 is not a recording that can be read .*; give a finished mp4/);
  await looksRight(page, 'home-desktop');
  await page.click('text=Sign out');
  await page.waitForSelector('input[name=name]');
  await page.reload();
  await page.waitForSelector('input[name=name]');
  // Not signed in yet, a wrong password, the cut, and the end of the session are what the browser itself reports.
  const unexpected = wrong.filter((line) => !/40[149]|ERR_(EMPTY_RESPONSE|CONNECTION|SOCKET|INCOMPLETE)|status of 40/.test(line));
  assert.deepEqual(unexpected, []);
  await close();
});

test('mirrors that registered are on a page, with what they saved', { timeout: 300_000 }, async () => {
  const token = JSON.parse(spawnSync(chalkline, ['token', 'create', '--role', 'mirror', '--label', 'mirrors', '--library', join(folder, 'library'), '--json'], { encoding: 'utf8' }).stdout).secret;
  const tell = async (name, report) => {
    const told = await fetch(stage.address(`/api/v1/mirrors/${name}`), { method: 'PUT', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(report) });
    assert.equal(told.status, 200, await told.text());
  };
  await tell('school-kisumu', {
    address: 'https://mirror.kisumu.school.example', networks: ['10.1.0.0/16', '2001:db8:1::/48'], version: '0.9.0', serial: 17, lessons: 412,
    stored_bytes: 12_400_000_000, disk_bytes: 20_000_000_000, served_bytes: 318_000_000_000, fetched_bytes: 12_900_000_000, interval_s: 300,
  });
  await tell('a-bus-with-a-server-between-garissa-and-dadaab', { version: '0.9.0', serial: 12, stale_since_ms: Date.UTC(2026, 10, 3, 9), lessons: 38, stored_bytes: 640_000_000, served_bytes: 90_000_000, fetched_bytes: 640_000_000 });
  const { page, wrong, close } = await visit(stage.browser, stage.address('/studio/'));
  page.setDefaultTimeout(kPatience);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.fill('input[name=name]', 'amina');
  await page.fill('input[name=password]', kPassword);
  await page.keyboard.press('Enter');
  await page.click('header nav a');
  await page.waitForSelector('.mirror');
  const text = (name) => page.innerText(`[data-mirror="${name}"]`);
  const school = await text('school-kisumu');
  for (const said of [/reports/, /https:\/\/mirror\.kisumu\.school\.example/, /412/, /12 GB of 20 GB/, /318 GB/, /13 GB/, /Saved 305 GB/]) assert.match(school, said);
  const bus = await text('a-bus-with-a-server-between-garissa-and-dadaab');
  for (const said of [/Not in step with its upstream since Nov 3, 2026/, /Saved nothing yet/]) assert.match(bus, said);
  assert.match(await page.innerText('main'), /kept 305 GB off the line/);
  const widths = await page.$$eval('[data-mirror="school-kisumu"] .saved rect', (bars) => bars.map((bar) => bar.getBoundingClientRect().width));
  assert.ok(widths[0] > 100 && widths[1] > 0 && widths[1] < widths[0] / 10, `${widths}`);
  await looksRight(page, 'mirrors');
  await page.setViewportSize({ width: 1366, height: 768 });
  await looksRight(page, 'mirrors-desktop');
  await page.emulateMedia({ colorScheme: 'dark' });
  await looksRight(page, 'mirrors-dark');
  await page.click('button[aria-label="Forget a-bus-with-a-server-between-garissa-and-dadaab"]');
  await wait(page, () => document.querySelectorAll('.mirror').length === 1);
  assert.deepEqual(wrong.filter((line) => !/401/.test(line)), []);
  await close();
});

// Other people's whole client, on a page of another site, with a token.
test('Uppy uploads over a line that is cut', { timeout: 120_000 }, async () => {
  const made = spawnSync(chalkline, ['token', 'create', '--role', 'editor', '--label', 'uppy', '--library', join(folder, 'library'), '--json'], { encoding: 'utf8' });
  const contents = "import Uppy from '@uppy/core';\nimport Tus from '@uppy/tus';\nObject.assign(window, { Uppy, Tus });";
  const { outputFiles: [bundle] } = await build({ stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) }, bundle: true, format: 'iife', write: false, logLevel: 'error' });
  const site = createServer((_asked, reply) => reply.setHeader('Content-Type', 'text/html').end('<title>Another site</title>'));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const page = await stage.browser.newPage();
  const begun = []; // where an upload was begun
  const offsets = []; // from which byte on it was sent, in every try
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
    else if (request.method() === 'POST') begun.push(request.url());
  });
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  await page.addScriptTag({ content: bundle.text });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 500_000 });
  const uploading = page.evaluate(async ({ endpoint, secret }) => {
    const uppy = new window.Uppy().use(window.Tus, { endpoint, headers: { Authorization: `Bearer ${secret}` }, allowedMetaFields: ['name', 'title'] });
    uppy.on('progress', (percent) => { window.percent = percent; });
    const noise = new Uint8Array(1_500_000);
    for (let at = 0; at < noise.length; at += 50_000) crypto.getRandomValues(noise.subarray(at, at + 50_000));
    uppy.addFile({ name: 'uppy.mp4', type: 'video/mp4', data: new Blob([noise]), meta: { title: 'By Uppy' } });
    const { successful, failed } = await uppy.upload();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', noise));
    return { url: successful[0]?.uploadURL, failed: failed.map(({ error }) => String(error)), sha256: [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
  }, { endpoint: stage.address('/files/'), secret: JSON.parse(made.stdout).secret });
  await wait(page, () => window.percent > 20);
  const before = offsets.length;
  assert.ok(stage.link.cut() > 0, 'the line was in use');
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  const { url, failed, sha256 } = await uploading;
  assert.deepEqual(failed, []);
  assert.equal(begun.length, 1, 'one upload was begun');
  assert.equal(before, 1, 'it was under way when the line was cut');
  assert.ok(offsets.length > 1 && offsets.at(-1) > 0 && offsets.at(-1) < 1_500_000, `it went on where it was: ${offsets}`);
  const told = await (await fetch(url, { headers: { authorization: `Bearer ${JSON.parse(made.stdout).secret}` } })).json();
  assert.equal(told.state, 'done');
  assert.equal(told.length, 1_500_000);
  assert.equal(told.lesson, 'by-uppy');
  assert.equal(told.sha256, sha256);
  await page.close();
  site.close();
});
