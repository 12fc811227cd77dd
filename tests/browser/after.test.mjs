// The pure parts of what is loaded after the first frame: what a data limit pays for, where it may end, what is saved and how a saved file
// answers, the storyboard, speeds. Bundled by esbuild as the page is, run by node.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

async function load(name) {
  const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL(`../../web/src/${name}.ts`, import.meta.url))], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

describe('a data limit', () => {
  let page;
  before(async () => { page = await load('after/budget'); });
  const rows = [[10_000, 10_000, 10_000], [20_000, 30_000, 20_000], [90_000, 90_000, 90_000]];
  const sound = [4000, 4000, 4000];

  it('pays for the best row that fits to the end', () => {
    assert.deepEqual(page.planBudget(1e6, rows, sound), { row: 2, last: Infinity });
    assert.deepEqual(page.planBudget(100_000, rows, sound), { row: 1, last: Infinity });
    assert.deepEqual(page.planBudget(31_000, rows, sound), { row: 0, last: Infinity });
  });
  it('then for sound alone, and at last for as many segments of it as there is for', () => {
    assert.deepEqual(page.planBudget(20_000, rows, sound), { row: -1, last: Infinity });
    assert.deepEqual(page.planBudget(9000, rows, sound), { row: -1, last: 2 });
    assert.deepEqual(page.planBudget(1000, rows, sound), { row: -1, last: 0 });
    assert.deepEqual(page.planBudget(-5, [], sound), { row: -1, last: 0 });
  });
  it('has nothing to say when nothing is to come', () => {
    assert.deepEqual(page.planBudget(0, [[]], []), { row: 0, last: Infinity });
  });
  it('does not end in a sentence', () => {
    const cues = [{ startTime: 0, endTime: 5 }, { startTime: 5, endTime: 11 }, { startTime: 11, endTime: 14 }];
    assert.equal(page.endOfSentence(10, cues), 5);
    assert.equal(page.endOfSentence(11, cues), 11);
    assert.equal(page.endOfSentence(30, cues), 30);
    assert.equal(page.endOfSentence(10, []), 10);
    assert.equal(page.endOfSentence(40, [{ startTime: 0, endTime: 60 }]), 40, 'a cue that stands for a minute is none');
  });
});

describe('what is saved of a lesson', () => {
  let page;
  before(async () => { page = await load('offline/save'); });

  it('is one picture and one sound, captions and pictures, and nothing else', () => {
    const all = ['analysis.json', 'audio/en-o12/1.m4s', 'audio/en-o12/init.mp4', 'audio/en-o12/playlist.m3u8', 'audio/en-o24/1.m4s', 'image/poster.jpg', 'image/storyboard.vtt',
      'image/storyboard.vtt.br', 'multivariant.m3u8', 'text/en/1.vtt', 'text/en/captions.vtt', 'text/en/captions.vtt.gz', 'video/1/1.m4s', 'video/1/iframes.m3u8', 'video/1/init.mp4', 'video/10/1.m4s'];
    const files = page.filesOf(all.map((path) => ({ path })), 'video/1', 'audio/en-o12').map(({ path }) => path);
    assert.deepEqual(files, ['audio/en-o12/1.m4s', 'audio/en-o12/init.mp4', 'image/poster.jpg', 'image/storyboard.vtt', 'text/en/captions.vtt', 'video/1/1.m4s', 'video/1/init.mp4']);
    assert.deepEqual(page.filesOf(all.map((path) => ({ path })), '', 'audio/en-o12').filter(({ path }) => path.startsWith('video/')), []);
  });
  it('has a page that knows no other rung, with no markup let in', () => {
    const facts = { title: '</script><b>', renditions: [{ id: 'video/0' }, { id: 'video/1' }, { id: 'audio/en-o12' }, { id: 'audio/en-o24' }] };
    const json = JSON.stringify(facts).replaceAll('<', '\\u003c');
    const html = `<!doctype html><html lang="en"><body><script type="application/json" id="lesson">${json}</script><script>1</script></body></html>`;
    const saved = page.savedPage(html, 'video/1', 'audio/en-o12');
    assert.match(saved, /^<!doctype html><html data-saved="yes" lang="en">/);
    const block = /id="lesson">(.*?)<\/script>/.exec(saved)[1];
    assert.deepEqual(JSON.parse(block), { title: '</script><b>', renditions: [{ id: 'video/1' }, { id: 'audio/en-o12' }] });
    assert.ok(saved.endsWith('</script><script>1</script></body></html>'));
  });
});

describe('the rest of a course', () => {
  it('is what is not on the device yet, and costs its cheapest pictures or its sound', async () => {
    const { restOf } = await load('offline/save_course');
    const course = [{ id: 'a', title: 'A', bytes: 5000, sound_bytes: 1000 }, { id: 'b', title: 'B', bytes: 0, sound_bytes: 2000, beside_bytes: 400 }, { id: 'c', title: 'C', bytes: 9000, sound_bytes: 3000 }];
    assert.deepEqual(restOf(course, new Set(['c']), false), { lessons: course.slice(0, 2), bytes: 7400 });
    assert.equal(restOf(course, new Set(), true).bytes, 6400);
    assert.deepEqual(restOf(course, new Set(['a', 'b', 'c']), false), { lessons: [], bytes: 0 });
  });
});

describe('a saved file', () => {
  let page;
  before(async () => { page = await load('offline/range'); });
  const bytes = new TextEncoder().encode('0123456789').buffer;

  it('answers ranges as the server does', async () => {
    for (const [range, status, text, where] of [
      [null, 200, '0123456789', null], ['bytes=2-4', 206, '234', 'bytes 2-4/10'], ['bytes=7-', 206, '789', 'bytes 7-9/10'], ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'], ['bytes=0-1,3-4', 200, '0123456789', null],
    ]) {
      const answer = page.part(bytes, 'video/mp4', range);
      assert.deepEqual([answer.status, await answer.text(), answer.headers.get('Content-Range')], [status, text, where], String(range));
    }
  });
});

describe('a storyboard', () => {
  it('is read as docs/version-format.md has it', async () => {
    const page = await load('after/chapters');
    assert.deepEqual(page.readStoryboard('WEBVTT\n\n00:00:00.000 --> 00:00:16.000\nstoryboard-1.jpg#xywh=0,0,160,90\n\n00:00:16.000 --> 01:00:20.500\nstoryboard-2.jpg#xywh=160,90,160,90\n'), [
      { start: 0, end: 16, sheet: 'storyboard-1.jpg', x: 0, y: 0, width: 160, height: 90 },
      { start: 16, end: 3620.5, sheet: 'storyboard-2.jpg', x: 160, y: 90, width: 160, height: 90 },
    ]);
    assert.deepEqual(page.readStoryboard(''), []);
  });
});

describe('a statement of completion', () => {
  const extension = (name) => `https://w3id.org/xapi/video/extensions/${name}`;
  const told = async (spans) => {
    const { statementOf } = await load('after/statement');
    const { result, context } = statementOf({ id: 's', actor: {}, activity: 'a' }, { title: 'T', at: 100, duration: 100, spans, done: true, when: 0 }, { verb: 'completed', uuid: 'u', when: 0 });
    return { progress: result.extensions[extension('progress')], asked: context.extensions[extension('completion-threshold')] };
  };
  it('tells the share that was watched, and what was asked of it', async () => {
    assert.deepEqual(await told([[0, 97.5]]), { progress: 0.975, asked: 0.95 });
    assert.deepEqual(await told([[0, 60], [77, 100]]), { progress: 0.83, asked: 0.8 }, 'to its end, with a part passed over');
  });
});

describe('what a visit says at its end', () => {
  it('is the next page’s when it was not renewed for a while, when its page says that it goes, and when the clock was set back', async () => {
    const { isGone } = await load('after/last_words');
    const now = 1e12;
    const kept = (when) => isGone({ when, said: [] }, now);
    assert.deepEqual([now, now - 70_000, now - 200_000, 0, now + 1e9].map(kept), [false, false, true, true, true]);
  });
});

describe('the list of saved lessons', () => {
  const saved = [{ lesson: 'a b', title: 'Falling <fast>', name: '720p', bytes: 1_250_000, complete: true }, { lesson: 'c', title: 'Half', name: '720p', bytes: 9, complete: false }];
  it('is in the browser’s language, or in English', async () => {
    const { listPage } = await load('offline/list_page');
    const arabic = listPage(saved, 'ar-EG');
    assert.match(arabic, /<html lang="ar" dir="rtl">/);
    assert.match(arabic, /<a href="\/watch\/a%20b"><bdi>Falling &#60;fast&#62;<\/bdi><\/a> <small><bdi>720p<\/bdi> 1\.3\u00a0م\.ب/);
    assert.doesNotMatch(arabic, /Half/);
    assert.match(listPage([], 'de-DE'), /<html lang="en">.*There is no network.*<li>None yet\./s);
  });
});

describe('speed', () => {
  it('goes by steps between a half and two', async () => {
    const { faster } = await load('after/keys');
    assert.deepEqual([faster(1, 1), faster(1, -1), faster(2, 1), faster(0.5, -1), faster(1.1, 0), faster(3, 0)], [1.25, 0.75, 2, 0.5, 1.25, 2]);
  });
});

describe('where bytes are dear', () => {
  const rung = (height, kbps) => ({ id: `video/${height}`, kind: 'video', width: (height * 16) / 9, height, average_bandwidth: kbps * 1000, peak_bandwidth: kbps * 1100 });
  const lesson = { renditions: [rung(720, 400), rung(240, 40), rung(360, 90)] };
  const given = async (connection) => {
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { connection } });
    return load('thrift');
  };
  it('an automatic choice stays at the cheapest rung that can be read', async () => {
    assert.equal((await given({ saveData: true })).thriftyCap(lesson), 99_000);
    assert.equal((await given({ type: 'cellular' })).thriftyCap({ renditions: [rung(240, 40), rung(180, 20)] }), 44_000);
    assert.equal((await given({ saveData: true })).thriftyCap({ renditions: [] }), 0);
  });
  it('and anywhere else is free', async () => {
    assert.equal((await given({ type: 'wifi', saveData: false })).thriftyCap(lesson), 0);
    assert.equal((await given(undefined)).thriftyCap(lesson), 0);
  });
});

describe('whose turn it is', () => {
  let page;
  before(async () => { page = await load('own/turns'); });
  const lane = (kind, more) => ({ kind, busy: false, asked: 0, received: 0, starts: 6, reach: 6, wanting: true, finished: false, ...more });
  const good = { rate: 1e6, wait: 0.2 };

  it('is sound’s while there are less than three seconds of it, on any link', () => {
    const sound = lane('sound', { reach: 12, now: 10 });
    const picture = lane('picture', { reach: 10.5, now: 10 });
    assert.equal(page.rests(picture, sound, 10), true);
    assert.equal(page.rests(sound, picture, 10), false);
    assert.equal(page.rests({ ...sound, busy: true, reach: 12.5 }, lane('picture', { busy: true, reach: 8 }), 10), false, 'though it is ahead of a picture on its way');
    assert.equal(page.mayAsk(sound, picture, { rate: 48_000, wait: 0.5 }), true);
    assert.equal(page.rests(picture, { ...sound, reach: 14 }, 10), false);
    assert.equal(page.rests(picture, { ...sound, finished: true }, 10), false);
    assert.equal(page.rests(picture, { ...sound, now: -Infinity }, 10), false, 'before play has begun both are asked for');
  });
  it('is nobody’s in the middle of a segment of which enough is there', () => {
    assert.equal(page.rests(lane('picture', { busy: true, reach: 30, enough: 15 }), lane('sound', { reach: 30 }), 10), true);
    assert.equal(page.rests(lane('picture', { busy: true, reach: 20, enough: 15 }), lane('sound', { reach: 30 }), 10), false);
  });
  it('comes in pieces on any link where a picture stands long', () => {
    assert.equal(page.pieceOf('picture', 2000, 60_000, { rate: 300_000, wait: 0.3 }, 30), 16_000);
    assert.equal(page.pieceOf('picture', 2000, 160_000, good, 30, true), 48_000); // each piece costs a head
    assert.equal(page.pieceOf('picture', 2000, 20_000, good, 30, true), 0);
    assert.equal(page.pieceOf('picture', 20_000, 100_000, good, 5, true), 0);
  });
});

describe('CMCD', () => {
  const lesson = {
    id: 'falling', segment_ms: [3000, 6000], renditions: [
      { id: 'video/0', kind: 'video', average_bandwidth: 40_400 }, { id: 'video/1', kind: 'video', average_bandwidth: 99_600 }, { id: 'audio/en-o12', kind: 'audio', average_bandwidth: 12_000 },
    ],
  };
  const moment = { session: 'abc', ahead: 7.26, rate: 1, kbps: 431, waited: false, started: true };

  it('says what the player knows, each key in its field, none that says nothing', async () => {
    const { cmcdFields } = await load('after/cmcd');
    assert.deepEqual(cmcdFields(lesson, 'video/0/1.m4s', moment), {
      'CMCD-Object': 'br=40,d=3000,ot=v,tb=100', 'CMCD-Request': 'bl=7300,dl=7300,mtp=400,nor="2.m4s"', 'CMCD-Session': 'cid="falling",sf=o,sid="abc",st=v',
    });
    const late = cmcdFields(lesson, 'audio/en-o12/2.m4s', { ...moment, ahead: 0, rate: 2, kbps: 0, waited: true });
    assert.equal(late['CMCD-Request'], 'bl=0,dl=0,su');
    assert.equal(late['CMCD-Session'], 'cid="falling",pr=2,sf=o,sid="abc",st=v');
    assert.equal(late['CMCD-Status'], 'bs');
    assert.match(cmcdFields(lesson, 'video/0/1.m4s', { ...moment, rate: 0 })['CMCD-Session'], /,pr=0,/);
    assert.equal(cmcdFields(lesson, 'video/1/init.mp4', moment)['CMCD-Object'], 'br=100,ot=i,tb=100');
    assert.equal(cmcdFields(lesson, 'image/poster.jpg', moment), null);
  });
});

describe('what was watched of a lesson', () => {
  let page;
  before(async () => { page = await load('after/spans'); });

  it('is spans that grow together', () => {
    let spans = [];
    for (const [from, to] of [[0, 1], [1, 2], [30, 31.5], [31.9, 33], [10, 11], [1.5, 3]]) spans = page.addSpan(spans, from, to);
    assert.deepEqual(spans, [[0, 3], [10, 11], [30, 33]]);
    assert.equal(page.shareOf(spans, 70), 0.1);
    assert.equal(page.shareOf([[0, 80]], 70), 1);
    assert.equal(page.spansText(spans), '0[.]3[,]10[.]11[,]30[.]33');
  });
});
