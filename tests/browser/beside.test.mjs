// What stands beside a lesson: work sheets to save, the lesson in sign language, and a voice that says what is to be seen as a choice of
// its own. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/beside.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { addedBy, ownLesson } from './support/lesson.mjs';
import { run } from './support/run.mjs';
import { chalkline, openStage, shots, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const kSheet = `%PDF-1.4 ${'x'.repeat(230_000)}`;
let stage;

// The lesson that all watch with a work sheet, and a short one as its twin in sign language, which has a described voice.
async function make() {
  const { library, lesson } = await ownLesson(chalkline, work, 'beside');
  const folder = join(work, 'beside');
  const file = (name) => join(folder, name);
  await rm(folder, { recursive: true, force: true });
  await run('mkdir', ['-p', folder]);
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=10:d=5', '-f', 'lavfi', '-i', 'sine=f=440:d=5', file('twin.mkv')]);
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=f=880:d=5', file('voice.m4a')]);
  const twin = addedBy(await run(chalkline, ['add', file('twin.mkv'), '--title', 'Falling, signed', '--language', 'en', '--described', `${file('voice.m4a')}:en`, '--library', library,
    '--config', join(work, 'chalkline.yaml'), '--json']));
  await writeFile(file('lessons.csv'), `id,title,language,tags,state\n${lesson},How things fall,en,physics;signed:${twin},published\n`);
  await run(chalkline, ['import', file('lessons.csv'), '--library', library]);
  await writeFile(file('Falling & work.pdf'), kSheet);
  await run(chalkline, ['attach', lesson, file('Falling & work.pdf'), '--library', library]);
  return { library, lesson, twin };
}
before(async () => { stage = await openStage({ make }); });
after(() => stage?.close());

async function findings(v) {
  await v.page.evaluate(await readFile(axe, 'utf8'));
  const { violations } = await v.page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}

describe('beside a lesson, under "More",', () => {
  const words = { en: ['This lesson in sign language', 'Work sheets and files'], ar: ['هذا الدرس بلغة الإشارة', 'أوراق عمل وملفات'] };
  for (const [locale, [signed, files]] of Object.entries(words))
    it(`are its work sheets with their size, and its twin in sign language (${locale})`, async () => {
      const v = await visit(stage.browser, stage.address(`/watch/${stage.lesson}`), { bypassCSP: true, locale });
      try {
        await v.page.click('#play');
        await v.playedOn(1);
        assert.deepEqual(v.requests.filter(({ pathname }) => pathname.endsWith('/next.json')), [], 'nobody is asked before it is opened');
        await v.page.click('#more');
        await v.page.waitForSelector('#beside li a');
        assert.equal(await v.page.textContent('#beside h2'), files);
        assert.match(await v.page.textContent('#beside li'), /^Falling & work\.pdf/);
        assert.match(await v.page.textContent('#beside li'), /0\.2/);
        assert.equal(await v.page.textContent('#beside p a'), signed);
        const path = await v.page.getAttribute('#beside li a', 'href');
        assert.equal(await (await fetch(stage.address(path))).text(), kSheet);
        const low = await v.page.evaluate(() => [...document.querySelectorAll('#beside a')].filter((link) => link.getBoundingClientRect().height < 44).length);
        assert.equal(low, 0, 'a finger meets each');
        assert.ok((await v.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
        assert.deepEqual(await findings(v), []);
        await v.page.locator('#beside').scrollIntoViewIfNeeded();
        await v.page.screenshot({ path: join(shots, `beside-${locale}.png`) });
        await v.page.focus('#beside p a');
        await v.page.keyboard.press('Enter');
        await v.page.waitForURL((url) => url.pathname === `/watch/${stage.twin}`);
        assert.deepEqual(v.wrong, []);
      } finally {
        await v.close();
      }
    });

  it('is nothing where there is nothing', async () => {
    const v = await visit(stage.browser, stage.address(`/watch/${stage.twin}`));
    const answered = v.page.waitForResponse(/next\.json$/);
    await v.page.click('#more');
    assert.deepEqual(await (await answered).json(), { next: null });
    assert.equal(await v.page.textContent('#beside'), '');
    await v.close();
  });
});

describe('a voice that says what is to be seen', () => {
  it('is a choice of its own, and is what is then heard', async () => {
    const v = await visit(stage.browser, stage.address(`/watch/${stage.twin}`));
    const renditions = await v.page.evaluate(() => JSON.parse(document.getElementById('lesson').textContent).renditions);
    const described = renditions.filter(({ language }) => language === 'en-x-described').map(({ id }) => id);
    assert.ok(described.length > 0 && described.length < renditions.filter(({ kind }) => kind === 'audio').length);
    const options = await v.page.evaluate(() => [...document.querySelectorAll('#audio option')].map(({ value, text }) => [value, text]));
    assert.deepEqual(options, [['en', 'English'], ['en-x-described', 'English (AD)']]);
    assert.equal(await v.page.inputValue('#audio'), 'en', 'never unasked');
    await v.page.locator('#choices').scrollIntoViewIfNeeded();
    await v.page.selectOption('#audio', 'en-x-described');
    await v.page.screenshot({ path: join(shots, 'described.png') });
    await v.page.click('#play');
    await v.playedOn(1);
    const heard = v.requests.filter(({ pathname }) => /\/audio\/[^/]+\/\d+\.m4s$/.test(pathname)).map(({ pathname }) => /audio\/[^/]+/.exec(pathname)[0]);
    assert.ok(heard.length > 0 && heard.every((id) => described.includes(id)), `${heard}`);
    assert.deepEqual(v.wrong, []);
    await v.close();
  });
});
