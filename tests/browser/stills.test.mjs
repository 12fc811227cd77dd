// Pictures that stand for half a minute, pen strokes and cuts in a real Chromium: with our own player, with the browser's and
// through hls.js. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/stills.test.mjs
// LIBRARY and LESSON (an id) name a lesson made before, to save its making.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { colourNow, gatherMarks } from './support/marks.mjs';
import { chalkline, openStage, work } from './support/stage.mjs';
import { addStills, kFlashes, kStill, slideAt } from './support/stills_lesson.mjs';
import { visit } from './support/visit.mjs';

const kSync = 0.02; // seconds

let stage;
before(async () => { stage = await openStage({ make: () => addStills(chalkline, join(work, 'stills')) }); });
after(() => stage?.close());

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
/** By how much marks miss the known times near them, seconds. */
const misses = (known, found) => known.flatMap((at) => found.map((each) => each - at).filter((d) => Math.abs(d) < 0.4).slice(0, 1));

/** Segments of the lesson, the same in every rendition: [{start, end}] in seconds. */
const segmentsOf = (page) => page.evaluate(() => {
  let at = 0;
  return JSON.parse(document.getElementById('lesson').textContent).segment_ms.map((ms) => ({ start: at, end: (at += ms / 1000) }));
});

/** Seeks; it must land there, play on and show that slide. */
async function seekAndLook(v, to) {
  const landed = await v.seek(to);
  assert.ok(Math.abs(landed - to) < 0.5, `landed at ${landed} s, not at ${to} s`);
  await v.playedOn(0.4);
  const shown = await colourNow(v.page);
  assert.ok(slideAt(to).every((level, i) => Math.abs(level - shown[i]) < 24), `at ${to} s the colour is ${shown}`);
}

const kQuery = { own: '', native: '?engine=native', 'hls.js': '?engine=hlsjs' };

for (const engine of ['own', 'native', 'hls.js']) {
  describe(`a lesson of stills plays with ${engine}`, () => {
    let v;
    let segments;
    let release;
    let held = 0;

    before(async () => {
      v = await visit(stage.browser, stage.address(`/watch/${stage.lesson}${kQuery[engine]}`), { nativeHls: engine !== 'hls.js', bypassCSP: true });  // for the worklet that listens
      segments = await segmentsOf(v.page);
      const started = new Promise((done) => { release = done; });
      await v.page.route(/\/video\/\d+\/([2-9]|\d\d+)\.m4s/, async (route) => {
        held += 1;
        await started;
        await route.continue().catch(() => {});  // the player may have given it up
      });
      await gatherMarks(v.page);
    });
    after(() => v?.close());

    it('whose still is one long segment or two', () => {
      const inside = segments.filter(({ start, end }) => end > kStill.from && start < kStill.to);
      assert.ok(inside.length <= 3 && Math.max(...inside.map(({ start, end }) => end - start)) >= 15, JSON.stringify(segments));
    });

    it('from its first segment alone, however long the others are', async () => {
      await v.page.click('#play');
      try {
        await v.until('the first frame is there', () => chalkline.firstFrame > 0 && video.currentTime > 0.2, undefined, 30);
        for (let tenths = 0; held === 0 && tenths < 100; ++tenths) await v.page.waitForTimeout(100);
      } finally {
        release();
      }
      assert.ok(held > 0, 'the second segment was never asked for');
    });

    it('up to the still', async () => {
      await v.seek(0.3);  // again, now that nothing is held back: a picture that came late was heard and not shown
      await v.until('the still has begun', (from) => video.currentTime > from, kStill.from);
    });

    it('on after seeks within the still, where it was sent', async () => {
      for (const to of [28.3, 9.7, 17.2]) await seekAndLook(v, to);
    });

    it('for 20 seconds through the still, strokes and cuts without a stall', async () => {
      await v.seek(25.5);
      await v.playedOn(0.5);
      const before = (await v.hook()).stalls.length;
      await v.playedOn(20);
      assert.deepEqual((await v.hook()).stalls.slice(before).filter(({ ahead }) => ahead < 1), []);
    });

    it('with picture and sound at their time after it as before it', async () => {
      const marks = await v.page.evaluate(() => window.marks);
      for (const [when, known] of Object.entries(kFlashes)) {
        const seen = misses(known, marks.flashes);
        const heard = misses(known, marks.beeps);
        // A busy machine may skip a flash; what it shows has its time.
        const what = `${when} the still, picture ${seen} and sound ${heard} s off, of ${known}`;
        assert.ok(seen.length >= 2 && heard.length >= 2, what);
        assert.ok(Math.abs(median(seen)) < kSync && Math.abs(median(heard)) < kSync && Math.abs(median(heard) - median(seen)) < kSync, what);
      }
    });

    it('on after seeks behind the still', async () => {
      for (const to of [49, 41.9]) await seekAndLook(v, to);
    });

    it('and nothing went wrong', async () => {
      assert.deepEqual(v.wrong, []);
      const hook = await v.hook();
      assert.deepEqual(hook.errors, []);
      assert.equal(hook.engine, engine);
    });
  });
}
