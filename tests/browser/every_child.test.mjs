// The page for every child: the keyboard alone, captions to one's taste, a transcript and chapters to press, speed, other languages and
// other directions, the pages on which lessons are found, without a script and in few bytes, and axe-core's opinion of it all. Run by
// CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/every_child.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cueText, curriculum } from './support/lesson.mjs';
import { chalkline, openStage, shots, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let stage;
before(async () => { stage = await openStage(); });
after(() => stage?.close());

const watch = (options) => visit(stage.browser, stage.address(`/watch/${stage.lesson}`), options);

// Everything that axe-core finds against WCAG 2.2 A and AA and its best practices.
async function findings(v) {
  await v.page.evaluate(await readFile(axe, 'utf8'));
  const { violations } = await v.page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}

const openAll = async (v) => {
  await v.page.click('#more');
  await v.page.waitForSelector('#panel');
  for (const part of await v.page.$$('#panel > details > summary')) await part.click();
};

describe('the page and what "More" opens', () => {
  let v;
  before(async () => { v = await watch({ bypassCSP: true }); });
  after(() => v?.close());

  it('axe-core finds nothing before play, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      await v.page.emulateMedia({ colorScheme });
      assert.deepEqual(await findings(v), []);
    }
  });

  it('nor with everything open while it plays', async () => {
    await v.page.click('#play');
    await v.playedOn(1);
    await openAll(v);
    await v.until('the transcript is there', () => document.querySelectorAll('#transcript li').length > 3);
    for (const colorScheme of ['light', 'dark']) {
      await v.page.emulateMedia({ colorScheme });
      assert.deepEqual(await findings(v), []);
    }
    await v.page.emulateMedia({ colorScheme: 'light' });
    await v.page.screenshot({ path: join(shots, 'panel.png'), fullPage: true });
  });

  it('has targets of 44 px with a name each, and does not scroll sideways', async () => {
    const small = await v.page.evaluate(() => [...document.querySelectorAll('a, button, select, summary')].filter((e) => e.checkVisibility()).map((e) => {
      const { width, height } = e.getBoundingClientRect();
      return { what: e.id || e.textContent, width, height };
    }).filter(({ width, height }) => width < 44 || height < 44));
    assert.deepEqual(small, []);
    assert.equal(await v.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  });

  it('follows what is said in the transcript, and goes where one presses', async () => {
    await v.page.click('#transcript li:nth-child(4) button');
    await v.until('play went there', () => video.currentTime >= 18 && video.currentTime < 24);
    await v.until('its line is marked', () => document.querySelector('#transcript [aria-current]')?.textContent.includes('cue 3'));
    assert.match(await v.page.textContent('#transcript li:nth-child(4)'), new RegExp(cueText('en', 18)));
  });

  it('plays at half and at double speed, with the pitch kept', async () => {
    for (const speed of ['0.5', '2']) {
      await v.page.selectOption('#speed', speed);
      await v.playedOn(1);
      assert.equal(await v.page.evaluate(() => video.playbackRate), Number(speed));
    }
    assert.equal(await v.page.evaluate(() => video.preservesPitch), true);
    await v.page.selectOption('#speed', '1');
  });

  it('shows captions in the size and colours that were chosen, on the next visit too', async () => {
    const [size, colours] = await v.page.$$('#look select');
    await size.selectOption({ index: 3 });
    await colours.selectOption('yellow');
    await v.page.selectOption('#captions', 'en');
    await v.seek(13);
    await v.page.evaluate(() => scrollTo(0, 0));
    await v.page.screenshot({ path: join(shots, 'captions-large.png') });
    await v.page.reload();
    await v.page.click('#more');
    await v.page.waitForSelector('#panel');
    assert.equal(await v.page.$eval('#look select', (select) => select.value), '2');
    assert.ok(await v.page.evaluate(() => [...document.querySelectorAll('style')].some(({ textContent }) => /video::cue\{font-size:2em;color:#ff0/.test(textContent))));
  });

  it('and nothing went wrong', () => assert.deepEqual(v.wrong, []));
});

describe('with the keyboard alone', () => {
  it('a lesson is started, paused, sought, sped up, muted and given captions', async () => {
    const v = await watch();
    try {
      for (let presses = 0; presses < 5 && (await v.page.evaluate(() => document.activeElement.id)) !== 'play'; ++presses) await v.page.keyboard.press('Tab');
      await v.page.keyboard.press('Enter');
      await v.until('the second script is there', () => chalkline.position > 0.5);
      await v.page.evaluate(() => document.activeElement.blur());
      await v.page.keyboard.press('k');
      await v.until('it is paused', () => video.paused);
      const at = await v.time();
      await v.page.keyboard.press('ArrowRight');
      await v.until('it is five seconds on', (from) => Math.abs(video.currentTime - from - 5) < 0.5 && !video.seeking, at);
      await v.page.keyboard.press(' ');
      await v.until('it plays', () => !video.paused);
      await v.page.keyboard.press('>');
      await v.page.keyboard.press('m');
      await v.page.keyboard.press('c');
      await v.until('all is as asked for', () => video.playbackRate === 1.25 && video.muted && chalkline.captions !== '');
      for (let presses = 0; presses < 25 && (await v.page.evaluate(() => document.activeElement.id)) !== 'more'; ++presses) // the browser's controls have stops of their own
        await v.page.keyboard.press('Tab');
      await v.page.keyboard.press('Enter');
      await v.until('the panel has the focus', () => document.activeElement.id === 'panel' && document.getElementById('more').getAttribute('aria-expanded') === 'true');
      assert.deepEqual(v.wrong, []);
    } finally {
      await v.close();
    }
  });
});

describe('a transcript instead of a picture', () => {
  it('opens with sound alone', async () => {
    const v = await watch();
    try {
      await v.page.click('#play');
      await v.until('the second script is there', () => chalkline.position > 0.5);
      await v.page.selectOption('#picture', 'sound');
      await v.until('there is sound, no picture, and the transcript', () => video.videoHeight === 0 && video.readyState >= 3 && document.querySelectorAll('#transcript[open] li').length > 3);
      await v.playedOn(2);
      assert.deepEqual(v.wrong, []);
    } finally {
      await v.close();
    }
  });
});

describe('in another language', () => {
  const kPlay = { fr: 'Lire', es: 'Reproducir', sw: 'Cheza', ar: 'تشغيل' };
  for (const [locale, text] of Object.entries(kPlay))
    it(`${locale}: the page speaks it`, async () => {
      const v = await watch({ locale, bypassCSP: true });
      try {
        await v.until('Play is translated', (wanted) => document.getElementById('play').textContent === wanted, text);
        assert.equal(await v.page.evaluate(() => document.documentElement.lang), locale);
        assert.equal(await v.page.evaluate(() => document.documentElement.dir), locale === 'ar' ? 'rtl' : 'ltr');
        if (locale === 'ar') {
          await openAll(v);
          assert.equal(await v.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
          assert.deepEqual(await findings(v), []);
          await v.page.screenshot({ path: join(shots, 'arabic.png'), fullPage: true });
        }
        assert.deepEqual(v.wrong, []);
      } finally {
        await v.close();
      }
    });
});

describe('the pages on which lessons are found', () => {
  let school;
  before(async () => { school = await openStage({ make: () => curriculum(chalkline, work) }); });
  after(() => school?.close());
  const open = (path, options) => visit(school.browser, school.address(path), options);

  it('lead from the country to the lesson, and by search, without any script', async () => {
    const v = await open('/', { javaScriptEnabled: false });
    try {
      for (const name of ['Kenya', 'Grade 6', 'Science', 'How things move']) {
        await v.page.click(`main a:text-is("${name}")`);
        assert.equal(await v.page.textContent('h1'), name);
      }
      assert.match(await v.page.textContent('main'), /1:12 · \d+\.\d.MB · sound only \d+\.\d.MB/);
      await v.page.fill('input[type=search]', 'flying fall');
      await v.page.click('form button');
      assert.equal(await v.page.locator('main li').count(), 1);
      await v.page.click('main li a');
      assert.equal(new URL(v.page.url()).pathname, `/watch/${school.second}`);
      assert.deepEqual(v.wrong, []);
    } finally {
      await v.close();
    }
  });

  it('are few kB each, fit a phone, and axe-core finds nothing, in either direction and in light and dark', async () => {
    for (const [name, locale, path] of [
      ['home', 'en', '/'], ['home', 'ar', '/'], ['course', 'en', '/browse/how-things-move?pictures=1'], ['course', 'ar', '/browse/how-things-move'],
      ['search', 'en', '/search?q=fall'], ['search', 'ar', '/search?q=nothing+like+it&in=science'],
    ]) {
      const v = await open(path, { locale, bypassCSP: true });
      try {
        const bytes = await v.page.evaluate(() => performance.getEntriesByType('navigation')[0].transferSize);
        assert.ok(bytes > 0 && bytes < 2500, `${path} in ${locale}: ${bytes} bytes`);
        const styles = await v.page.evaluate(() => performance.getEntriesByType('resource').filter(({ name: url }) => url.endsWith('.css')).map(({ transferSize }) => transferSize));
        assert.ok(styles.length === 1 && styles[0] < 1500, `styles: ${styles}`);
        assert.equal(await v.page.evaluate(() => document.documentElement.dir), locale === 'ar' ? 'rtl' : '');
        assert.equal(await v.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${path} is wider than the phone`);
        const low = await v.page.evaluate(() => [...document.querySelectorAll('a, input:not([type=hidden]), button')].filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML));
        assert.deepEqual(low, []);
        for (const colorScheme of ['light', 'dark']) {
          await v.page.emulateMedia({ colorScheme });
          assert.deepEqual(await findings(v), [], `${path} in ${locale}, ${colorScheme}`);
          await v.page.screenshot({ path: join(shots, `${name}-${locale}-${colorScheme}.png`) });
        }
        assert.deepEqual(v.wrong, []);
      } finally {
        await v.close();
      }
    }
  });

  it('are joined by the page that plays a lesson: near its end it offers the next one', async () => {
    const v = await open(`/watch/${school.lesson}`);
    try {
      await v.page.click('#play');
      await v.until('the second script is there', () => chalkline.position > 0.5);
      assert.equal(await v.page.locator('#next').count(), 0);
      await v.seek(62);
      await v.page.click('#next a');
      await v.page.waitForURL(school.address(`/watch/${school.second}`));
      assert.deepEqual(v.wrong, []);
    } finally {
      await v.close();
    }
  });
});
