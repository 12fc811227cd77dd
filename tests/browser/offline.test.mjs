// A lesson on the device: saved over a line that is cut five times, played and sought with the server stopped, and a piece that the
// disk has damaged fetched again. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/offline.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { curriculum } from './support/lesson.mjs';
import { serve } from './support/run.mjs';
import { chalkline, openStage, shots, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

let stage;
let link;
let v;

const openSaving = async ({ page } = v) => {
  await page.click('#more');
  await page.click('#offline > summary');
};
// Pieces of the lesson in the version's cache.
const stored = () => v.page.evaluate(async () => {
  const name = (await caches.keys()).find((key) => key.startsWith('chalkline-lesson-'));
  return name ? (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith('/v/')) : [];
});

before(async () => {
  stage = await openStage({ line: true });
  ({ link } = stage);
  v = await visit(stage.browser, stage.address(`/watch/${stage.lesson}`));
});
after(async () => {
  await v?.close();
  await stage?.close();
});

describe('a lesson that is saved on the device', () => {
  it('says what it costs before, and comes over a line that is cut five times, from the byte it reached', async () => {
    await openSaving();
    assert.match(await v.page.textContent('#save'), /^Save on this device \([\d.]+\u00a0MB\)$/);
    link.limit(400_000);
    await v.page.click('#save');
    for (let cut = 0; cut < 5; ++cut) {
      const before = (await stored()).length;
      await v.until('two more pieces are there', async ([count]) => {
        const name = (await caches.keys()).find((key) => key.startsWith('chalkline-lesson-'));
        return Boolean(name) && (await (await caches.open(name)).keys()).length > count + 2;
      }, [before]);
      link.cut();
    }
    await v.page.screenshot({ path: join(shots, 'saving.png') });
    link.limit(Infinity);
    await v.until('it is saved', () => /^On this device until/.test(document.getElementById('saved').textContent), undefined, 60);
    assert.ok(v.requests.length > 0);
    assert.ok(link.cuts >= 1, 'the line was cut while something was on its way');
    await v.page.screenshot({ path: join(shots, 'saved.png') });
  });

  it('can be paused and gone on with', async () => {
    await v.page.selectOption('#saving select', { index: 1 }); // another picture: saved in the first one's place
    link.limit(300_000);
    await v.page.click('#save');
    await v.until('something came', () => document.querySelector('#saving progress').value > 0.1);
    await v.page.click('#save');
    await v.until('it is paused', () => document.getElementById('save').textContent === 'Go on');
    const count = (await stored()).length;
    link.limit(Infinity);
    await new Promise((done) => setTimeout(done, 700));
    assert.equal((await stored()).length, count);
    await v.page.click('#save');
    await v.until('it is saved', () => /^On this device until/.test(document.getElementById('saved').textContent), undefined, 60);
    assert.ok(new Set(await stored()).size > count);
  });

  it('shows how much room is in use, and is in the list', async () => {
    await v.until('the list is there', () => document.querySelectorAll('#savedlist li').length === 1);
    assert.match(await v.page.textContent('#room'), /^[\d.]+ of [\d.]+\u00a0MB of this browser's room are in use/);
  });

  it('plays with the server stopped, seeking included', async () => {
    await stage.server.stop();
    stage.server = null;
    link.cut();
    await v.page.goto(stage.address(`/watch/${stage.lesson}`));
    await v.page.click('#play');
    await v.playedOn(3);
    for (const to of [50, 12]) {
      const landed = await v.seek(to);
      assert.ok(Math.abs(landed - to) < 0.5, `landed at ${landed} s`);
      await v.playedOn(2);
    }
    assert.equal((await v.hook()).engine, 'own');
    assert.deepEqual((await v.hook()).errors, []);
    await v.page.selectOption('#captions', 'fr');
    await v.until('captions are there', () => [...video.textTracks].some(({ mode, activeCues }) => mode === 'showing' && activeCues?.length > 0));
    await v.page.screenshot({ path: join(shots, 'offline.png') });
  });

  it('is in a list where the list of lessons would be', async () => {
    await v.page.goto(stage.address('/'));
    assert.match(await v.page.textContent('main'), /There is no network/);
    await v.page.screenshot({ path: join(shots, 'offline-list.png') });
    await v.page.click('a[href^="/watch/"]');
    await v.page.waitForSelector('#play', { state: 'visible' });
  });

  it('has a damaged piece fetched again when the network is back', async () => {
    // One that play has not come to: the second half of the lesson.
    const damaged = await v.page.evaluate(async () => {
      const cache = await caches.open((await caches.keys()).find((key) => key.startsWith('chalkline-lesson-')));
      const all = (await cache.keys()).filter(({ url }) => /\/video\/\d+\/\d+\.m4s$/.test(url));
      const last = all.sort((a, b) => Number(/(\d+)\.m4s/.exec(a.url)[1]) - Number(/(\d+)\.m4s/.exec(b.url)[1])).pop();
      const stored = await cache.match(last);
      const bytes = new Uint8Array(await stored.arrayBuffer());
      bytes[bytes.length >> 1] ^= 1;
      await cache.put(last, new Response(bytes, { headers: stored.headers }));
      return new URL(last.url).pathname;
    });
    stage.server = await serve(chalkline, stage.library);
    link.towards(stage.server.port);
    const whole = await v.page.evaluate(async (path) => {
      const bytes = await (await fetch(path)).arrayBuffer();
      const hash = Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
      const record = await (await (await caches.open('chalkline-saved')).match((await (await caches.open('chalkline-saved')).keys()).find(({ url }) => url.includes('/saved/')))).json();
      return hash === record.files.find((file) => file.path === path).sha256;
    }, damaged);
    assert.ok(whole, 'the page gets the piece as it was published');
    assert.ok((await stored()).includes(damaged), 'and it is stored again');
  });

  it('can be removed', async () => {
    await openSaving();
    await v.until('the list is there', () => document.querySelectorAll('#savedlist li').length === 1);
    await v.page.click('#savedlist button');
    await v.until('it is gone', () => document.querySelectorAll('#savedlist li').length === 0);
    assert.deepEqual(await stored(), []);
  });
});

describe('a lesson in two windows', () => {
  it('is not called saved by the one whose copy the other has removed and begun anew', async () => {
    const a = await visit(stage.browser, stage.address(`/watch/${stage.lesson}`));
    try {
      const label = (page) => page.textContent('#save');
      await openSaving(a);
      await a.until('there is something to save', () => document.getElementById('save').textContent.startsWith('Save on'));
      // Most of it comes, the last piece of picture waits for us.
      let go = null;
      const held = new Promise((done) => { go = done; });
      const last = await a.page.evaluate(() => `/${JSON.parse(document.getElementById('lesson').textContent).segment_ms.length}.m4s`);
      let asked = null;
      const waits = new Promise((done) => { asked = done; });
      await a.page.route((url) => url.pathname.includes('/video/') && url.pathname.endsWith(last), async (route) => {
        asked();
        await held;
        await route.continue();
      });
      await a.page.click('#save');
      await waits;
      const other = await a.context.newPage();
      await other.goto(stage.address(`/watch/${stage.lesson}`));
      await openSaving({ page: other });
      await other.click('#savedlist button');
      await other.waitForFunction(() => document.querySelectorAll('#savedlist li').length === 0);
      await other.route((url) => url.pathname.startsWith('/v/') && url.pathname.endsWith('.m4s'), () => undefined); // no piece comes here
      await other.click('#save');
      await other.waitForFunction(async () => (await (await caches.open('chalkline-saved')).keys()).some(({ url }) => url.includes('/saved/')));
      go();
      await a.until('the first has ended', () => document.getElementById('save').textContent !== 'Pause');
      assert.equal(await label(a.page), 'Go on');
      const record = await other.evaluate(async () => {
        const shared = await caches.open('chalkline-saved');
        return (await shared.match((await shared.keys()).find(({ url }) => url.includes('/saved/')))).json();
      });
      assert.equal(record.complete, false);
    } finally {
      await a.close();
    }
  });
});

describe('a course that is saved on the device', () => {
  let school;
  before(async () => { school = await openStage({ make: () => curriculum(chalkline, work), line: true }); });
  after(() => school?.close());

  async function visitCourse() {
    const p = await visit(school.browser, school.address(`/watch/${school.lesson}`));
    await openSaving(p);
    await p.page.waitForSelector('#savecourse', { state: 'visible' });
    return p;
  }
  const courseSaved = (p) => p.until('the course is saved', () => document.getElementById('saving').textContent.includes('The course is on this device.'));
  const bothListed = (p) => p.until('both are in the list, and nothing is left to save', () => document.querySelectorAll('#savedlist li').length === 2 && document.getElementById('savecourse').hidden);
  const recordOf = (p) => p.page.evaluate(async (id) => (await (await caches.open('chalkline-saved')).match(`/saved/${id}`))?.json(), school.lesson);
  const pathsOf = (p) => p.page.evaluate(async (version) => (await (await caches.open(`chalkline-lesson-${version}`)).keys()).map(({ url }) => new URL(url).pathname), p.version);

  it('goes on with a lesson that was begun, at the picture it was begun with, and fetches nothing twice', async () => {
    const p = await visitCourse();
    try {
      const top = await p.page.evaluate(() => document.querySelectorAll('#saving option').length - 2); // the last one is sound alone
      await p.page.selectOption('#saving select', { index: top });
      school.link.limit(800_000);
      await p.page.click('#save');
      await p.until('something came', () => document.querySelector('#saving progress').value > 0.1);
      assert.equal(await p.page.isDisabled('#savecourse'), true, 'not two at once');
      await p.page.click('#save');
      await p.until('it is paused, and listed', () => document.getElementById('save').textContent === 'Go on' && !document.getElementById('savecourse').disabled && document.querySelector('#savedlist button'));
      school.link.limit(Infinity);
      const begun = await recordOf(p);
      p.version = begun.version;
      const there = new Set(await pathsOf(p));
      assert.ok(there.size > 2 && !begun.complete, `${there.size} files`);
      p.requests.length = 0;
      const locked = await p.page.evaluate(() => {
        document.getElementById('savecourse').click();
        return [document.getElementById('save').disabled, document.querySelector('#savedlist button').disabled];
      });
      assert.deepEqual(locked, [true, true], 'what is being saved is neither saved twice at once nor removed');
      await courseSaved(p);
      await bothListed(p);
      const record = await recordOf(p);
      assert.deepEqual([record.rung, record.name, record.complete], [begun.rung, begun.name, true]);
      const now = new Set(await pathsOf(p));
      assert.deepEqual(record.files.filter(({ path }) => !now.has(path)), [], 'all of its files are there');
      const asked = p.requests.map(({ pathname }) => pathname);
      assert.deepEqual(asked.filter((path) => path.startsWith('/v/') && there.has(path)), [], 'what was there is not fetched again');
      assert.deepEqual(asked.filter((path, i) => asked.indexOf(path) !== i), [], 'and nothing is asked for twice');
      assert.equal(await p.page.evaluate(() => document.getElementById('save').textContent.startsWith('Save on') && document.querySelector('#saving progress').hidden), true, 'nothing is left to go on with');
      assert.deepEqual(p.wrong, []);
    } finally {
      school.link.limit(Infinity);
      await p.close();
    }
  });

  it('can be paused, and a lesson that cannot be saved does not keep the others from it', async () => {
    const p = await visitCourse();
    try {
      const labels = await p.page.evaluate(() => [...document.querySelectorAll('#saving progress')].map((bar) => bar.getAttribute('aria-label')));
      assert.equal(new Set(labels).size, 2, `each bar has a name of its own: ${labels}`);
      school.link.limit(200_000);
      await p.page.click('#savecourse');
      await p.until('something came', () => document.querySelectorAll('#saving progress')[1].value > 0.02);
      await p.page.click('#savecourse');
      await p.until('it is paused', () => document.getElementById('savecourse').textContent === 'Go on' && !document.getElementById('save').disabled);
      school.link.limit(Infinity);
      await p.page.route(`**/watch/${school.lesson}`, (route) => route.fulfill({ status: 403 })); // the first of the two
      await p.page.click('#savecourse');
      await p.until('it says which was not saved', () => /could not be saved: How things fall.*403/.test(document.getElementById('saving').textContent));
      await p.until('the other one is on this device', () => [...document.querySelectorAll('#savedlist li')].some(({ textContent }) => textContent.startsWith('Falling & flying') && !textContent.includes('…')));
      assert.equal(await p.page.textContent('#savecourse'), 'Go on');
      await p.page.unroute(`**/watch/${school.lesson}`);
      await p.page.click('#savecourse');
      await courseSaved(p);
      await bothListed(p);
      assert.equal(await p.page.evaluate(() => document.activeElement.getAttribute('role')), 'status', 'the focus does not go with the button');
      assert.deepEqual(p.wrong.filter((line) => !line.includes('403')), []);
    } finally {
      school.link.limit(Infinity);
      await p.close();
    }
  });

  it('goes on past a lesson that another window removes meanwhile, which is no failure and leaves something to save', async () => {
    const p = await visitCourse();
    try {
      let go = null;
      const held = new Promise((done) => { go = done; });
      let asked = null;
      const waits = new Promise((done) => { asked = done; });
      const { last, base } = await p.page.evaluate(() => {
        const { segment_ms, base: at } = JSON.parse(document.getElementById('lesson').textContent);
        return { last: `/${segment_ms.length}.m4s`, base: at };
      });
      await p.page.route((url) => url.pathname.startsWith(base) && url.pathname.endsWith(last), async (route) => {
        asked();
        await held;
        await route.continue();
      });
      await p.page.click('#savecourse');
      await waits;
      const other = await p.context.newPage();
      await other.goto(school.address(`/watch/${school.lesson}`));
      await openSaving({ page: other });
      await other.click('#savedlist button');
      await other.waitForFunction(() => document.querySelectorAll('#savedlist li').length === 0);
      go();
      await p.until('the other lesson of the two is there, and the removed one can be saved', () => document.querySelectorAll('#savedlist li').length === 1 && document.getElementById('savecourse').textContent === 'Go on');
      assert.doesNotMatch(await p.page.textContent('#saving'), /could not be saved|The course is on this device/);
      await p.page.click('#savecourse');
      await courseSaved(p);
    } finally {
      await p.close();
    }
  });

  it('offers a lesson for what it comes to on the device, captions and pictures included', async () => {
    const p = await visitCourse();
    try {
      const offered = (await p.page.textContent('#save')).match(/[\d.]+/)[0];
      await p.page.click('#save');
      await p.until('it is saved', () => /^On this device until/.test(document.getElementById('saved').textContent));
      const record = await recordOf(p);
      const figure = (megabytes) => (megabytes < 10 ? Math.max(megabytes, 0.1).toFixed(1) : megabytes.toFixed(0));
      assert.equal(figure(record.bytes / 1e6), offered, `${record.bytes} bytes, and ${record.files.map(({ path, bytes }) => `${path} ${bytes}`)}`);
      const told = (await (await fetch(school.address(`/l/${school.lesson}/course.json`))).json()).lessons[0];
      const besides = record.files.filter(({ path }) => /\/(text|image)\//.test(path)).reduce((sum, { bytes }) => sum + bytes, 0);
      assert.equal(told.beside_bytes, besides);
    } finally {
      await p.close();
    }
  });

  it('says what it costs, comes lesson by lesson, and plays with the server stopped', async () => {
    const p = await visitCourse();
    try {
      assert.match(await p.page.textContent('#savecourse'), /^Save the rest of the course \(lessons: 2, [\d.]+\u00a0MB\)$/);
      await p.page.click('#savecourse');
      await courseSaved(p);
      await bothListed(p);
      await p.page.screenshot({ path: join(shots, 'saved-course.png'), fullPage: true });
      assert.deepEqual(p.wrong, []);
      await school.server.stop();
      school.server = null;
      school.link.cut();
      await p.page.goto(school.address(`/watch/${school.second}`));
      await p.page.click('#play');
      await p.until('the other lesson plays', () => video.currentTime > 1);
    } finally {
      await p.close();
    }
  });
});

describe('the page as an application', () => {
  it('has a manifest with icons of its own', async () => {
    const p = await visit(stage.browser, stage.address(`/watch/${stage.lesson}`));
    try {
      await p.page.click('#more');
      await p.page.waitForSelector('link[rel=manifest]', { state: 'attached' });
      const manifest = await p.page.evaluate(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json());
      assert.equal(manifest.display, 'standalone');
      for (const { src, sizes } of manifest.icons) {
        const size = await p.page.evaluate(async (url) => {
          const { width, height } = await createImageBitmap(await (await fetch(url)).blob());
          return `${width}x${height}`;
        }, src);
        assert.equal(size, sizes);
      }
    } finally {
      await p.close();
    }
  });
});
