// The studio where lessons are closed: what an editor looks at there wants a token, and has one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ownLesson } from './support/lesson.mjs';
import { run } from './support/run.mjs';
import { chalkline, openStage, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

const kPassword = 'blue chalk, green board';
let stage;

async function make() {
  const { library, lesson } = await ownLesson(chalkline, work, 'studio_closed');
  const folder = join(work, 'studio-closed');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'chalkline.yaml');
  await writeFile(config, 'access:\n  secrets: ["a secret that is long enough to be one"]\n');
  for (const [name, role] of [['amina', 'editor'], ['juma', 'reader']]) {
    const made = spawnSync(chalkline, ['user', 'create', name, '--role', role, '--library', library], { input: `${kPassword}\n`, encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
  }
  await writeFile(join(folder, 'zoezi.pdf'), '%PDF-1.4 zoezi');
  await run(chalkline, ['attach', lesson, join(folder, 'zoezi.pdf'), '--library', library]);
  return { library, lesson, options: ['--config', config] };
}

before(async () => { stage = await openStage({ make }); });
after(() => stage?.close());

test('a reader who has signed in looks at a closed lesson, on a phone and on its own page', { timeout: 300_000 }, async () => {
  const { page, wrong, close } = await visit(stage.browser, stage.address(`/studio/#/lesson/${stage.lesson}`));
  page.setDefaultTimeout(120_000);
  await page.fill('input[name=name]', 'juma');
  await page.fill('input[name=password]', kPassword);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1 .state.published');
  await page.selectOption('select[name=link]', '3g-slow');
  await page.click('button:has-text("Show it")');
  const phone = await (await page.waitForSelector('iframe.phone')).contentFrame();
  await phone.click('#play');
  await phone.waitForFunction(() => document.querySelector('video').currentTime > 0.5);
  await page.click('a:has-text("Watch page")');
  await page.waitForURL(/\/t\/[^/]+\/watch\//);
  await page.click('#play');
  await page.waitForFunction(() => document.querySelector('video').currentTime > 0.5);
  assert.deepEqual(wrong.filter((line) => !/status of 401|HTTP 401: .*\/api\/v1\/session/.test(line)), []);
  await close();
});

test('an editor sees, captions and looks at a lesson that is published and closed', { timeout: 300_000 }, async () => {
  const { page, wrong, close } = await visit(stage.browser, stage.address(`/studio/#/lesson/${stage.lesson}`));
  page.setDefaultTimeout(120_000);
  await page.fill('input[name=name]', 'amina');
  await page.fill('input[name=password]', kPassword);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1 .state.published');
  assert.equal((await fetch(stage.address(`/watch/${stage.lesson}`))).status, 401, 'it is closed');
  const link = await page.waitForSelector('a:has-text("Watch page")');
  assert.equal((await fetch(stage.address(await link.getAttribute('href')))).status, 200);
  // The analysis is a file of the version.
  await page.waitForSelector('.bars .ordinary');

  const sheet = await page.waitForSelector('a[href$="/files/zoezi.pdf"]');
  assert.equal(await (await fetch(stage.address(await sheet.getAttribute('href')))).text(), '%PDF-1.4 zoezi');

  await page.click('button[aria-label="Edit Français"]');
  await page.waitForSelector('.editor li textarea');
  assert.equal(await page.inputValue('.editor li textarea'), 'fr cue 0');
  const beside = await (await page.waitForSelector('.editor iframe')).contentFrame();
  await beside.click('#play');
  await beside.waitForFunction(() => document.querySelector('video').currentTime > 0.5);
  await page.click('button:has-text("Leave as they were")');

  await page.selectOption('select[name=link]', '3g-slow');
  await page.click('button:has-text("Show it")');
  const phone = await (await page.waitForSelector('iframe.phone')).contentFrame();
  await phone.click('#play');
  await phone.waitForFunction(() => document.querySelector('video').currentTime > 0.5);

  // Not signed in yet is what the browser itself reports.
  assert.deepEqual(wrong.filter((line) => !/status of 401|HTTP 401: .*\/api\/v1\/session/.test(line)), []);

  // Captions that cannot be read are said to be so, and no empty ones are shown in their place.
  await page.route('**/captions.vtt', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"not now"}' }));
  await page.click('button[aria-label="Edit Français"]');
  await page.waitForSelector('[role=alert]:has-text("not now")');
  assert.equal(await page.$('.editor'), null);
  await close();
});
