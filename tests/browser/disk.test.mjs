// A lesson on a USB disk (chalkline pack): played without any server, and where any web server hands the folder out. Run by CTest (label
// browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/disk.test.mjs
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { run } from './support/run.mjs';
import { chalkline, openStage, shots, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

const disk = join(work, 'packed');
let stage;

describe('a lesson on a disk', () => {
  before(async () => {
    stage = await openStage();
    await rm(disk, { recursive: true, force: true });
    const keys = async (...more) => JSON.parse(await run(chalkline, ['keys', '--library', stage.library, '--json', ...more])).own;
    if (!(await keys())) await keys('--create');
    await run(chalkline, ['pack', '--all', '--out', disk, '--library', stage.library]);
  });
  after(() => stage?.close());

  it('plays in a browser without any server, with its captions, and with another voice', async () => {
    const page = await stage.browser.newPage({ viewport: { width: 360, height: 640 } });
    try {
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(pathToFileURL(join(disk, 'index.html')).href);
      await page.click(`a[href="watch/${stage.lesson}.html"]`);
      const plays = async () => {
        await page.waitForSelector('video');
        // A promise of play() that is never settled is a failure of the next line.
        await page.evaluate(() => { document.querySelector('video').muted = true; document.querySelector('video').play().catch(() => undefined); });
        await page.waitForFunction(() => { const video = document.querySelector('video'); return video.currentTime > 1 && video.videoWidth > 0; }, undefined, { timeout: 60_000 });
      };
      await plays();
      assert.match(await page.evaluate(() => video.currentSrc), /\.mp4$/);
      assert.equal(await page.locator('source').count(), 1, 'nothing that might neither play nor fail');
      assert.ok(await page.evaluate(() => video.duration > 70 && video.duration < 74));
      assert.deepEqual(await page.evaluate(() => [...video.textTracks].map(({ language }) => language).sort()), ['en', 'fr']);
      await page.evaluate(() => { for (const track of video.textTracks) track.mode = 'showing'; });
      await page.waitForFunction(() => [...video.textTracks].every((track) => track.cues?.length === 12 && track.activeCues.length === 1), undefined, { timeout: 60_000 });
      await page.evaluate(() => { video.currentTime = 60; });
      await page.waitForFunction(() => video.currentTime > 60.5, undefined, { timeout: 60_000 });
      await page.screenshot({ path: join(shots, 'disk.png') });
      await page.click('a[lang="fr"]'); // the file alone, in the browser's own viewer
      await page.waitForURL(/-fr\.mp4$/);
      await plays();
      assert.deepEqual(asked.filter((url) => !/^(file|data):/.test(url)), []);
    } finally {
      await page.close();
    }
  });

  it('plays as HLS where any web server hands the folder out', async () => {
    const server = createServer(async (request, reply) => {
      const file = await readFile(join(disk, new URL(request.url, 'http://x').pathname)).catch(() => null);
      reply.writeHead(file ? 200 : 404, request.url.endsWith('.html') ? { 'Content-Type': 'text/html' } : {}).end(file ?? '');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const p = await visit(stage.browser, `http://127.0.0.1:${server.address().port}/watch/${stage.lesson}.html`);
    try {
      await p.page.evaluate(() => { video.muted = true; video.play().catch(() => undefined); });
      await p.page.waitForFunction(() => video.currentTime > 1 && video.videoWidth > 0, undefined, { timeout: 60_000 });
      assert.match(await p.page.evaluate(() => video.currentSrc), /\/multivariant\.m3u8$/);
      assert.deepEqual(p.wrong, []);
    } finally {
      await p.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
