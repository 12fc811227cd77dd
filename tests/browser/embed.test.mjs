// A lesson in a frame of another site's page: it is played, sought and paused by messages, tells what goes on, and listens to nobody but
// the page around it. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/embed.test.mjs
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { openStage, shots } from './support/stage.mjs';

let stage;
let site;
let page;

before(async () => {
  stage = await openStage();
  const html = `<!doctype html><title>Course</title><iframe id="frame" allow="autoplay" width="340" height="500" src="${stage.address(`/embed/${stage.lesson}`)}"></iframe>
<script>window.told = []; addEventListener('message', ({ data }) => told.push(data));
window.say = (chalkline, value) => frame.contentWindow.postMessage({ chalkline, value }, '*');</script>`;
  site = createServer((_request, answer) => answer.writeHead(200, { 'Content-Type': 'text/html' }).end(html));
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  page = await stage.browser.newPage({ viewport: { width: 360, height: 640 } });
  await page.goto(`http://localhost:${site.address().port}/`); // another site than 127.0.0.1
});
after(async () => {
  site?.close();
  await stage?.close();
});

const told = (event, check = 'true') => page.waitForFunction(
  ([name, test]) => told.some((message) => message.chalkline === name && new Function('m', `return ${test}`)(message)), [event, check], { timeout: 60_000 });

describe('a lesson in a frame', () => {
  it('has neither heading nor way out', async () => {
    await told('ready', 'm.paused && m.duration > 70');
    const frame = page.frames()[1];
    assert.equal(await frame.isVisible('h1'), false);
    assert.equal(await frame.isVisible('header'), false);
    assert.equal(await frame.isVisible('#play'), true);
  });
  it('does what the page around says, and tells it', async () => {
    await page.evaluate(() => say('play'));
    await told('playing', '!m.paused');
    await told('time', 'm.position > 1 && m.bytes > 1000');
    await page.evaluate(() => say('seek', 40));
    await told('seeked', 'Math.abs(m.position - 40) < 0.5');
    await page.evaluate(() => say('speed', 9));
    await told('time', 'm.position > 41');
    assert.equal(await page.frames()[1].evaluate(() => video.playbackRate), 2);
    await page.screenshot({ path: join(shots, 'embed.png') });
    await page.evaluate(() => say('pause'));
    await told('pause', 'm.paused');
  });
  it('does nothing for others, or for what is no command', async () => {
    const frame = page.frames()[1];
    await frame.evaluate(() => { postMessage({ chalkline: 'play' }, '*'); });
    await page.evaluate(() => { say('seek', 'x'); say('constructor'); frame.contentWindow.postMessage(null, '*'); frame.contentWindow.postMessage('play', '*'); });
    await page.evaluate(() => say('speed', 1)); // messages keep their order: when this one is done with, so are the others
    await frame.waitForFunction(() => video.playbackRate === 1);
    assert.equal(await frame.evaluate(() => video.paused), true);
  });
  it('speaks the learner’s language though its words come after the script that says them', async () => {
    const french = await stage.browser.newPage({ viewport: { width: 360, height: 640 }, locale: 'fr-FR' });
    try {
      const second = french.waitForResponse((response) => response.url().includes('/assets/second-'));
      await french.route('**/assets/messages-*/fr.js', async (route) => {
        await (await second).finished();
        await french.evaluate(() => new Promise((done) => setTimeout(done))); // it has run, or waits
        await route.continue();
      });
      await french.goto(stage.address(`/embed/${stage.lesson}`));
      await french.waitForFunction(() => document.documentElement.lang === 'fr');
      await french.click('#more');
      await french.waitForSelector('#panel');
      assert.match(await french.textContent('#panel'), /Sous-titres.*Sans réseau/s);
    } finally {
      await french.close();
    }
  });
});
