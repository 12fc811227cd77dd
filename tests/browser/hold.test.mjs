// Never silence, and what a lesson costs: a real Chromium on a link that carries the sound and not the picture, or nothing for a
// while, or that bytes are counted on. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/hold.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { cueText, kCueSeconds } from './support/lesson.mjs';
import { openStage, shots } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

let stage;
let link;
before(async () => {
  stage = await openStage({ line: true });
  ({ link } = stage);
});
after(() => stage?.close());

const watch = (options) => visit(stage.browser, stage.address(`/watch/${stage.lesson}`), options);

// Ten times a second: what is heard, and whether the picture stands.
const record = () => {
  window.heard = [];
  setInterval(() => heard.push({ at: performance.now(), position: chalkline.position ?? video.currentTime, held: chalkline.holds.some(({ ms }) => ms === 0) }), 100);
};

// The longest time in which the position stood still, ms.
function longestSilence(samples) {
  let longest = 0;
  let since = samples[0];
  for (const sample of samples) {
    if (sample.position - since.position > 0.02) since = sample;
    longest = Math.max(longest, sample.at - since.at);
  }
  return longest;
}

describe('on a link that carries the sound and not the picture', () => {
  let v;
  before(async () => {
    link.limit(300_000); // one that carries more is used to be half a minute ahead, which is most of this lesson
    v = await watch();
    await v.page.click('#play');
    await v.page.selectOption('#captions', 'en');
    await v.until('the second script is there, and the picture to 15 s', () => chalkline.position > 2 && video.buffered.end(0) >= 15);
    await v.page.evaluate(record);
    link.limit(24_000); // sound takes some 14 kbit/s, the cheapest picture 22
  });
  after(async () => {
    link.limit(Infinity);
    await v?.close();
  });

  it('the sound goes on, through an outage too, the last picture stands, and nothing counts as a wait', async () => {
    await v.until('the picture is held', () => chalkline.holds.length > 0);
    const from = await v.page.evaluate(() => chalkline.position);
    await v.until('the sound is six seconds on', (to) => chalkline.position > to, from + 6, 30);
    await v.page.screenshot({ path: join(shots, 'held.png') });
    link.limit(0); // nothing at all for a while
    await v.until('the sound went on through it', (to) => chalkline.position > to, (await v.page.evaluate(() => chalkline.position)) + 2.5, 20);
    link.limit(24_000);
    const held = await v.page.evaluate(() => ({ size: video.videoHeight, status: document.getElementById('status').textContent, at: chalkline.position }));
    assert.ok(held.size > 0, 'a picture is on the screen');
    // Until, since a cue may have ended a moment ago: they are drawn a few times a second.
    await v.until('the captions are those of what is heard', ({ start, seconds }) => document.querySelector('#held q').textContent === start + Math.floor(chalkline.position / seconds),
      { start: cueText('en', 0).slice(0, -1), seconds: kCueSeconds });
    assert.match(held.status, /the sound goes on/);
    assert.equal(await v.page.isVisible('#held button'), true);
    const hook = await v.hook();
    assert.deepEqual(hook.stalls, []);
    assert.deepEqual(hook.errors, []);
    const samples = await v.page.evaluate(() => heard);
    assert.ok(longestSilence(samples) < 1000, `silent for ${longestSilence(samples)} ms`);
  });

  it('can be paused meanwhile, and goes on', async () => {
    await v.until('the picture is held', () => chalkline.holds.some(({ ms }) => ms === 0));
    await v.page.evaluate(() => video.pause());
    const at = await v.page.evaluate(() => new Promise((done) => setTimeout(() => done(chalkline.position), 500)));
    assert.ok(Math.abs((await v.page.evaluate(() => new Promise((done) => setTimeout(() => done(chalkline.position), 700)))) - at) < 0.05);
    await v.page.evaluate(() => { video.play(); }); // its promise waits for the picture
    await v.until('the sound goes on', (from) => chalkline.position > from + 1, at);
  });

  it('the picture joins again without a gap when its data come', async () => {
    await v.page.evaluate(() => { heard.length = 0; });
    link.limit(Infinity);
    await v.until('the picture moves with the sound', () => chalkline.holds.length > 0 && chalkline.holds.every(({ ms }) => ms > 0) && !video.paused && video.playbackRate === 1);
    await v.playedOn(3);
    const samples = await v.page.evaluate(() => heard);
    assert.ok(longestSilence(samples) < 1000, `silent for ${longestSilence(samples)} ms`);
    for (let i = 1; i < samples.length; ++i) assert.ok(samples[i].position > samples[i - 1].position - 0.3, `the sound went back at ${samples[i].position}`);
    assert.equal(await v.page.evaluate(() => document.getElementById('held').hidden), true);
    assert.deepEqual(v.wrong, []);
  });

  it('and a seek out of it is a seek like any other', async () => {
    link.limit(10_000); // the sound is there already
    await v.seek(12.5); // the picture is there to 15
    await v.until('the picture is held again', () => chalkline.holds.some(({ ms }) => ms === 0), undefined, 60);
    link.limit(Infinity);
    const landed = await v.seek(60);
    assert.ok(Math.abs(landed - 60) < 0.5, `landed at ${landed}`);
    await v.playedOn(2);
    const { engine, errors } = await v.hook();
    assert.deepEqual({ engine, errors }, { engine: 'own', errors: [] });
  });
});

describe('on a link that becomes so with a dear picture on its way', () => {
  it('the sound is the cheapest from then on, and there are pictures between', async () => {
    link.limit(300_000);
    const v = await watch();
    try {
      await v.page.click('#play');
      const asked = (kind) => v.requests.flatMap(({ pathname }) => new RegExp(`/(${kind}/[^/]+)/\\d+\\.m4s$`).exec(pathname)?.[1] ?? []);
      await v.until('the second script is there', () => chalkline.position > 0.2);
      // The picture is some way into a dear segment when the link falls.
      for (const tired = performance.now() + 30_000; !asked('video').some((id) => id !== 'video/0');) {
        assert.ok(performance.now() < tired, `no dear picture was asked for: ${asked('video')}`);
        await new Promise((done) => setTimeout(done, 5));
      }
      await new Promise((done) => setTimeout(done, 300));
      link.limit(24_000);
      await v.until('the picture is held', () => chalkline.holds.length > 0);
      const [sounds, pictures] = [asked('audio').length, asked('video').length];
      await v.until('the sound is fourteen seconds on', (to) => chalkline.position > to, (await v.page.evaluate(() => chalkline.position)) + 14, 40);
      const later = asked('audio').slice(sounds + 1); // one was asked for before the link was known to be thin
      assert.ok(later.length > 2 && later.every((id) => id === 'audio/en-o12'), `${asked('audio')}`);
      assert.ok(asked('video').slice(pictures).includes('video/0'), `${asked('video')}`);
      assert.deepEqual((await v.hook()).stalls, []);
    } finally {
      link.limit(Infinity);
      await v.close();
    }
  });
});

describe('a data limit', () => {
  // The limit is kept by sums of bytes, so play may be quick.
  const hurry = (v) => v.page.evaluate(() => { video.playbackRate = 4; });

  async function limited(megabytes) {
    link.limit(Infinity);
    const before = link.sent;
    const v = await watch({ script: `localStorage.setItem('chalkline.limit', '${JSON.stringify({ per: 'lesson', megabytes })}')` });
    await v.page.click('#play');
    await v.until('the second script is there', () => chalkline.position > 0);
    await hurry(v);
    return Object.assign(v, { cost: () => link.sent - before }); // as the server's side of the line counts it
  }
  const facts = (v) => v.page.evaluate(() => JSON.parse(document.getElementById('lesson').textContent));

  it('that the whole lesson fits into at a lower rung is kept by planning rungs, to the end', async () => {
    const v = await limited(0.6);
    try {
      await v.seek(40);
      await v.until('the lesson ends', () => video.ended, undefined, 90);
      const { usage } = await v.hook();
      assert.ok(usage.bytes <= 600_000 * 1.02 && v.cost() <= 600_000 * 1.02, `${usage.bytes} bytes, ${v.cost()} on the line`);
      assert.deepEqual(v.wrong, []);
    } finally {
      await v.close();
    }
  });

  it('that nothing fits into ends where a segment ends, and Play goes on without it', async () => {
    const v = await limited(0.15);
    try {
      await v.until('play stopped and says so', () => video.paused && /is reached/.test(document.getElementById('status').textContent), undefined, 60);
      const { usage } = await v.hook();
      const { segment_ms: lengths } = await facts(v);
      const at = await v.time();
      let end = 0;
      const ends = lengths.map((ms) => (end += ms / 1000));
      assert.ok(ends.some((one) => at > one - 1.5 && at <= one + 0.05), `stopped at ${at}; segments end at ${ends}`);
      assert.ok((usage.bytes <= 150_000 * 1.02 && v.cost() <= 150_000 * 1.02) || at <= ends[1], `${usage.bytes} bytes, ${v.cost()} on the line`);
      assert.match(await v.page.textContent('#status'), /limit of 0.15\u00a0MB is reached/);
      await v.page.screenshot({ path: join(shots, 'limit.png') });
      await v.page.evaluate(() => video.play());
      await v.playedOn(2);
    } finally {
      await v.close();
    }
  });
});

describe('where bytes are dear', () => {
  it('play starts at the cheapest rung that can be read, and no poster is fetched', async () => {
    link.limit(Infinity);
    const v = await watch({ script: `Object.defineProperty(navigator, 'connection', { value: { saveData: true } })` });
    try {
      await v.page.click('#play');
      await v.until('the second script is there', () => chalkline.position > 3);
      const rungs = (await v.page.evaluate(() => JSON.parse(document.getElementById('lesson').textContent))).renditions.filter(({ kind }) => kind === 'video').sort((a, b) => a.average_bandwidth - b.average_bandwidth);
      const readable = rungs.find(({ width, height }) => Math.min(width, height) >= 360) ?? rungs[rungs.length - 1];
      const fetched = (await v.hook()).usage.rungs.map(({ rung }) => rungs.findIndex(({ id }) => id === rung));
      assert.ok(fetched.every((index) => index <= rungs.indexOf(readable)), `${fetched}`);
      assert.deepEqual(v.requests.filter(({ pathname }) => /poster/.test(pathname)).map(String), []);
    } finally {
      await v.close();
    }
  });
});
