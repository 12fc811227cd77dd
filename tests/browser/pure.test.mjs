// The parts of the page that need no browser: what a lesson costs and says of itself, which cap follows a wait, the address
// of a wish. Bundled by esbuild as the page is, run by node.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = (name) => fileURLToPath(new URL(`../../web/src/${name}.ts`, import.meta.url));

async function load(name) {
  const { outputFiles } = await build({ entryPoints: [source(name)], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

const lesson = {
  id: 'falling',
  title: 'Falling',
  language: 'en',
  duration_ms: 61_000,
  base: '/v/abc/',
  renditions: [
    { id: 'video/0', kind: 'video', codec: 'h264', height: 240, bytes: 900_000, average_bandwidth: 90_000, peak_bandwidth: 100_000 },
    { id: 'video/1', kind: 'video', codec: 'h264', height: 360, bytes: 1_800_000, average_bandwidth: 180_000, peak_bandwidth: 200_000 },
    { id: 'video/2', kind: 'video', codec: 'h264', height: 720, bytes: 9_000_000, average_bandwidth: 900_000, peak_bandwidth: 1_000_000 },
    { id: 'audio/en-aac', kind: 'audio', codec: 'aac', language: 'en', label: 'English', default: true, bytes: 400_000, average_bandwidth: 48_000, peak_bandwidth: 50_000 },
    { id: 'audio/en-opus', kind: 'audio', codec: 'opus', language: 'en', label: 'English', default: true, bytes: 200_000, average_bandwidth: 24_000, peak_bandwidth: 26_000 },
    { id: 'audio/fr-opus', kind: 'audio', codec: 'opus', language: 'fr', label: 'Français', bytes: 210_000, average_bandwidth: 24_000, peak_bandwidth: 26_000 },
  ],
  text: [{ language: 'sw', label: 'Kiswahili', path: 'text/sw/captions.vtt' }],
};

describe('what a lesson costs', () => {
  let page;
  before(async () => { page = await load('lesson'); });

  it('is the sum of its parts, in the codec that is played', () => {
    const [cheapest] = page.rungs(lesson);
    const audio = page.audioFor(lesson, 'opus', 'fr');
    assert.equal(audio.id, 'audio/fr-opus');
    assert.equal(page.lessonMegabytes(cheapest, audio), 1.11);
    assert.equal(page.hourMegabytes(cheapest, audio), (114_000 * 3600) / 8e6);
  });

  it('falls back to the default language, and to whatever codec there is', () => {
    assert.equal(page.audioFor(lesson, 'opus', 'sw').id, 'audio/en-opus');
    assert.equal(page.audioFor(lesson, 'aac', 'fr').id, 'audio/en-aac');
    const aacOnly = { ...lesson, renditions: lesson.renditions.filter(({ codec }) => codec !== 'opus') };
    assert.equal(page.audioFor(aacOnly, 'opus', 'en').id, 'audio/en-aac');
    assert.equal(page.audioFor({ ...lesson, renditions: [] }, 'opus', 'en'), undefined);
  });

  it('is written with the digits one decides by', () => {
    assert.deepEqual([0.01, 0.44, 3.14, 9.96, 41.7, 1234].map(page.figure), ['0.1', '0.4', '3.1', '10.0', '42', '1234']);
    assert.deepEqual([0, 59_999, 61_000, 3_723_000].map(page.clock), ['0:00', '0:59', '1:01', '1:02:03']);
  });

  it('names each language once', () => {
    assert.deepEqual(page.languages(page.audios(lesson, 'opus')), [{ tag: 'en', label: 'English' }, { tag: 'fr', label: 'Français' }]);
    assert.deepEqual(page.languages([{}]), [{ tag: 'und', label: 'und' }]);
  });

  it('is not known from facts that cannot be read', () => {
    for (const text of [null, '', '{', '{}', '[]', '{"renditions": 1, "text": []}']) assert.equal(page.parseLesson(text), null, String(text));
    assert.deepEqual(page.parseLesson(JSON.stringify(lesson)), lesson);
  });
});

describe('the cap after a wait', () => {
  let page;
  before(async () => { page = await load('rescue'); });
  const usage = (rung, bitsPerSecond) => ({ bytes: 0, rungs: rung ? [{ rung, at: 0 }] : [], bitsPerSecond });

  it('is the largest rung that the link was seen to carry', () => {
    assert.equal(page.nextCap(lesson, usage('video/2', 300_000), 0), 200_000);
    assert.equal(page.nextCap(lesson, usage('video/2', 130_000), 0), 100_000);
  });
  it('is below the rung that is being fetched, whatever was measured', () => {
    assert.equal(page.nextCap(lesson, usage('video/2', 50_000_000), 0), 200_000);
    assert.equal(page.nextCap(lesson, usage('video/1', 50_000_000), 0), 100_000);
  });
  it('is the cheapest rung when nothing was measured or nothing fits', () => {
    assert.equal(page.nextCap(lesson, usage(undefined, 0), 0), 100_000);
    assert.equal(page.nextCap(lesson, usage('video/2', 10_000), 0), 100_000);
  });
  it('goes further down from an earlier cap and ends at the cheapest', () => {
    assert.equal(page.nextCap(lesson, usage('video/2', 50_000_000), 200_000), 100_000);
    assert.equal(page.nextCap(lesson, usage('video/0', 10_000), 100_000), 0);
    assert.equal(page.nextCap({ ...lesson, renditions: [] }, usage(undefined, 0), 0), 0);
  });
});

describe('the timeline of segments', () => {
  let page;
  before(async () => { page = await load('own/timeline'); });
  const parts = { ...lesson, segment_ms: [3000, 6000, 30_000, 2500] };
  parts.renditions = parts.renditions.map((r) => (r.kind === 'video' ? { ...r, segment_kb: [4, 40, 30, 0] } : r));

  it('knows where each begins and which one holds a moment', () => {
    const timeline = page.makeTimeline(parts);
    assert.equal(timeline.count, 4);
    assert.deepEqual([0, 1, 2, 3, 4, 9].map((i) => timeline.start(i)), [0, 3, 9, 39, 41.5, 41.5]);
    assert.deepEqual([-1, 0, 2.9, 3, 38.9, 39, 41.5, 100].map((at) => timeline.at(at)), [0, 0, 0, 1, 2, 3, 3, 3]);
  });
  it('knows the bytes of pictures and reckons those of sound', () => {
    const timeline = page.makeTimeline(parts);
    assert.equal(timeline.bytes(parts.renditions[0], 1), 40_000);
    assert.equal(timeline.bytes(parts.renditions[0], 3), (90_000 / 8) * 2.5);
    assert.equal(timeline.bytes(parts.renditions[4], 2), (24_000 / 8) * 30);
  });
  it('is none where the page tells nothing', () => {
    assert.equal(page.makeTimeline(lesson), null);
    assert.equal(page.makeTimeline({ ...lesson, segment_ms: [] }), null);
  });
});

describe('the rung and sound that are fetched next', () => {
  let page;
  before(async () => { page = await load('own/rung_plan'); });
  const still = (n, first, then) => Array.from({ length: n }, (_none, i) => (i === 0 ? first : then));
  // Segments of 6 s at 24, 60 and 200 kbit/s, sound at 16 kbit/s.
  const talk = (more) => ({
    rate: 1e6, wait: 0.5, ahead: 20, playing: true, lengths: still(10, 6, 6), sounds: [2000, 2000, 2000], received: 0, current: 0,
    bytes: [18_000, 45_000, 150_000].map((bytes) => still(10, bytes, bytes)), ...more,
  });

  it('is the best one that the link carries', () => {
    assert.equal(page.planRow(talk({})), 2);
    assert.equal(page.planRow(talk({ rate: 200_000 })), 1);
    assert.equal(page.planRow(talk({ rate: 45_000 })), 0);
    assert.equal(page.planRow(talk({ rate: 1000 })), 0);
  });
  it('is harder to climb to than to stay at', () => {
    // 76 kbit/s are 0.58 of the first rate and 0.63 of the second.
    assert.equal(page.planRow(talk({ ahead: 8, rate: 130_000 })), 1);
    assert.equal(page.planRow(talk({ ahead: 8, rate: 120_000 })), 0);
    assert.equal(page.planRow(talk({ ahead: 8, rate: 120_000, current: 1 })), 1);
  });
  it('looks at what comes, not at averages: a heavy segment ahead is seen in time', () => {
    const heavy = talk({ rate: 260_000, ahead: 8 });
    heavy.bytes[1] = [20_000, 20_000, 400_000, 20_000, 20_000, 20_000, 20_000, 20_000, 20_000, 20_000];
    assert.equal(page.planRow(heavy), 0);
  });
  it('is a cheap one when little is in hand', () => {
    assert.equal(page.planRow(talk({ rate: 300_000, ahead: 2 })), 0);
  });
  it('has the better sound where the link carries that too, before it has a better picture only if that is dearer', () => {
    // The same picture with sound at 12 and 24 kbit/s, as a lesson of slides has it.
    const slides = (rate, current = 0) => page.planRow(talk({ rate, current, sounds: [1500, 3000], bytes: [9000, 9000].map((bytes) => still(10, bytes, bytes)), ahead: 8 }));
    assert.equal(slides(100_000), 1);
    assert.equal(slides(48_000), 0);
    assert.equal(slides(48_000, 1), 1);
    assert.equal(slides(30_000, 1), 0);
  });
  it('may take a moment before play begins, no more', () => {
    const begin = (rate) => page.planRow(talk({ rate, ahead: 0, playing: false }));
    assert.equal(begin(5e6), 2);
    assert.equal(begin(60_000), 0);
  });

  it('is given up for the cheapest when it comes too late and that would come sooner', () => {
    const coming = { bytes: 150_000, received: 10_000, untilEnd: 8, cheapest: 18_000 };
    assert.equal(page.shallGiveUp(talk({ rate: 50_000, ahead: 2 }), coming), true);
    assert.equal(page.shallGiveUp(talk({ rate: 5e6, ahead: 2 }), coming), false);
    assert.equal(page.shallGiveUp(talk({ rate: 50_000, ahead: 2 }), { ...coming, received: 145_000 }), false);
    assert.equal(page.shallGiveUp(talk({ rate: 50_000, ahead: 0, playing: false }), coming), false);
  });
  it('lets play begin at once where it will go on, and says how long to hold it where it will not', () => {
    assert.ok(page.secondsShort(talk({ ahead: 3 }), 0) <= 0);
    const short = page.secondsShort(talk({ rate: 45_000, ahead: 3, bytes: [still(10, 25_000, 12_000)] }), 0);
    assert.ok(short > 1 && short < 6, `${short}`);
    assert.ok(page.secondsShort(talk({ rate: 45_000, ahead: 3, received: 20_000, bytes: [still(10, 25_000, 12_000)] }), 0) < short);
  });
  it('is asked for earlier the longer it takes, and never far ahead without need', () => {
    const wanted = (toFetch, length, thrifty) => page.wantedAhead(toFetch, length, thrifty, 2500, false, 0);
    assert.equal(wanted(1, 6, false), 20);
    assert.equal(wanted(1, 6, true), 10);
    assert.equal(wanted(18, 30, true), 24);
    assert.equal(wanted(29, 30, true), 35);
    assert.equal(wanted(29, 30, false), 45);
    assert.ok(Math.abs(page.wantedAhead(3.4, 5.9, true, 11_000, false, 0) - 5.7) < 0.1); // 90 kB with what comes next
  });

  it('a dear rung is fetched less far ahead, but never less than it takes to fetch and six seconds', () => {
    assert.equal(page.wantedAhead(1, 6, false, 6000, false, 0), 10); // 60 kB
    assert.equal(page.wantedAhead(3.5, 6, false, 12_000, false, 0), 9.5);
    assert.equal(page.wantedAhead(1, 6, false, 100_000, false, 0), 7);
    assert.equal(page.wantedAhead(1, 6, false, 25_000, true, 0), 30); // a link that carries much, and fails at times
    assert.equal(page.wantedAhead(1, 6, true, 2500, true, 0), 10);
  });

  it('is fetched further ahead for who has stayed longer: as much again, half of it after half a minute where bytes are dear, and 25 seconds at most', () => {
    const after = (watched, thrifty) => page.wantedAhead(1, 6, thrifty, 6000, false, watched);
    assert.deepEqual([0, 20, 35, 600].map((watched) => after(watched, false)), [10, 30, 45, 45]);
    assert.deepEqual([0, 30, 40, 60, 600].map((watched) => after(watched, true)), [10, 10, 15, 25, 25]);
  });
});

describe('whose turn it is to ask', () => {
  let page;
  before(async () => { page = await load('own/turns'); });
  const thin = { rate: 48_000, wait: 0.5 }; // 3 kB come while a request is on its way
  const good = { rate: 1e6, wait: 0.2 };
  const lane = (kind, more) => ({ kind, busy: false, asked: 0, received: 0, starts: 6, reach: 6, wanting: true, finished: false, ...more });

  it('is one at a time on a thin link, the next when the one before is about to end', () => {
    const sound = lane('sound', { reach: 5 });
    const picture = (received) => lane('picture', { busy: true, asked: 10_000, received });
    assert.equal(page.mayAsk(sound, picture(2000), thin), false);
    assert.equal(page.mayAsk(sound, picture(7500), thin), true);
    assert.equal(page.mayAsk(sound, picture(2000), good), true);
    assert.equal(page.mayAsk(sound, null, thin), true);
  });
  it('is the sound\'s that is about to run out, where a whole picture segment was asked for before the link was a thin one', () => {
    const picture = (asked) => lane('picture', { busy: true, asked, received: 2000 });
    const soon = lane('sound', { reach: 5, now: 2.5 });
    assert.equal(page.mayAsk(soon, picture(55_000), thin), true);
    assert.equal(page.mayAsk(soon, picture(10_000), thin), false, 'a piece is waited for');
    assert.equal(page.mayAsk({ ...soon, now: 1 }, picture(55_000), thin), false);
    assert.equal(page.mayAsk(lane('picture', { reach: 2, now: 1.9 }), lane('sound', { busy: true, asked: 55_000 }), thin), false);
  });
  it('is whose there is less of, where both want', () => {
    const behind = lane('sound', { reach: 5 });
    const before = lane('picture', { reach: 9 });
    assert.equal(page.mayAsk(behind, before, thin), true);
    assert.equal(page.mayAsk(before, behind, thin), false);
    assert.equal(page.mayAsk(before, { ...behind, wanting: false }, thin), true);
    assert.equal(page.mayAsk(before, { ...behind, finished: true }, thin), true);
    assert.equal(page.mayAsk(lane('picture', { reach: 5 }), behind, thin), true, 'equals do not wait for one another');
  });
  it('lets the next piece be asked for while the end of this one is on its way', () => {
    const sound = lane('sound', { busy: true, asked: 10_000, received: 8000 });
    assert.equal(page.mayAskEarly(sound, null, thin, 2000), true);
    assert.equal(page.mayAskEarly(sound, null, thin, 9000), false);
    assert.equal(page.mayAskEarly(sound, lane('picture', { reach: 2 }), thin, 2000), false);
  });
  it('is given up by who has enough', () => {
    const fetching = lane('sound', { busy: true, reach: 25, enough: 20 });
    assert.equal(page.rests(fetching, null, 0), true);
    assert.equal(page.rests({ ...fetching, reach: 12 }, null, 0), false);
    assert.equal(page.rests({ ...fetching, reach: 12 }, lane('picture', { busy: true, reach: 4 }), 0), true);
    assert.equal(page.rests(lane('picture', { starts: 31 }), lane('sound', { busy: true, reach: 10 }), 0), true);
    assert.equal(page.rests(lane('picture', { starts: 20 }), lane('sound', { busy: true, reach: 10 }), 0), false);
  });
  it('comes in pieces: all on a thin link, sound on any', () => {
    assert.equal(page.pieceOf('picture', 3000, 60_000, thin), 10_000);
    assert.equal(page.pieceOf('picture', 3000, 60_000, good), 0);
    assert.equal(page.pieceOf('sound', 2000, 60_000, { rate: 300_000, wait: 0.3 }), 12_000);
    assert.equal(page.pieceOf('sound', 2000, 60_000, good, 30, true), 36_000); // each piece costs a head
    assert.equal(page.pieceOf('sound', 2000, 14_000, good, 30, true), 0);
    assert.equal(page.pieceOf('sound', 2000, 14_000, thin), 0);
  });
});

describe('the address of a wish', () => {
  let page;
  before(async () => {
    globalThis.location = { href: 'http://school.example/watch/falling' };
    page = await load('engine');
  });
  const base = '/l/falling/multivariant.m3u8';

  it('asks for one codec, and for nothing that was not wished', () => {
    assert.equal(page.multivariantUrl(base, 'opus', { audio: '', rung: 'auto', cap: 0 }), `http://school.example${base}?codec=opus`);
  });
  it('names language, rung or cap', () => {
    assert.equal(page.multivariantUrl(base, 'aac', { audio: 'pt-BR', rung: 'video/1', cap: 500 }), `http://school.example${base}?codec=aac&audio=pt-BR&rung=1`);
    assert.equal(page.multivariantUrl(base, 'opus', { audio: '', rung: 'auto', cap: 123_456.7 }), `http://school.example${base}?codec=opus&max=123457`);
  });
  it('of sound alone is the rendition itself', () => {
    assert.equal(page.mediaPlaylistUrl(lesson, lesson.renditions[4]), 'http://school.example/v/abc/audio/en-opus/playlist.m3u8');
  });
});

describe('the saver ladder', () => {
  let page;
  const both = {
    ...lesson,
    renditions: [...lesson.renditions,
      { id: 'video/3', kind: 'video', codec: 'av1', codecs: 'av01.0.00M.10', width: 426, height: 240, frame_rate: 15, bytes: 400_000, average_bandwidth: 40_000, peak_bandwidth: 45_000 },
      { id: 'video/4', kind: 'video', codec: 'av1', codecs: 'av01.0.04M.10', width: 1280, height: 720, bytes: 4_000_000, average_bandwidth: 400_000, peak_bandwidth: 450_000 }],
  };
  const asked = [];
  // A browser that answers each question with what `answer` makes of it.
  function browser(isTypeSupported, answer) {
    asked.length = 0;
    globalThis.window = { MediaSource: true };
    globalThis.MediaSource = { isTypeSupported };
    const decodingInfo = async (question) => {
      asked.push(question);
      return answer(question.video);
    };
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { mediaCapabilities: { decodingInfo } } });
  }
  const yes = () => ({ supported: true, smooth: true, powerEfficient: false });
  before(async () => { page = await load('saver'); });

  it('is the lesson with the rungs of one codec, and all of its sound', () => {
    const ids = (one) => one.renditions.map(({ id }) => id);
    const sounds = ['audio/en-aac', 'audio/en-opus', 'audio/fr-opus'];
    assert.deepEqual(ids(page.inCodec(both, 'av1')), [...sounds, 'video/3', 'video/4']);
    assert.deepEqual(ids(page.inCodec(both, 'h264')), ['video/0', 'video/1', 'video/2', ...sounds]);
    assert.equal(page.inCodec(lesson, 'av1'), lesson);
  });

  it('is played where every rung of it is supported and smooth, power-efficient or not', async () => {
    browser(() => true, yes);
    assert.equal(await page.codecFor(both), 'av1');
    assert.deepEqual(asked.map(({ type, video }) => [type, video.contentType, video.width, video.framerate, video.bitrate]), [
      ['media-source', 'video/mp4; codecs="av01.0.00M.10"', 426, 15, 45_000],
      ['media-source', 'video/mp4; codecs="av01.0.04M.10"', 1280, 30, 450_000],
    ]);
    assert.equal(await page.codecFor(lesson), 'h264');
  });

  it('may be in HEVC', async () => {
    const hevc = { ...both, renditions: both.renditions.map((one) => (one.codec === 'av1' ? { ...one, codec: 'hevc', codecs: 'hvc1.1.6.L63' } : one)) };
    browser(() => true, yes);
    assert.equal(await page.codecFor(hevc), 'hevc');
    assert.equal(asked[1].video.contentType, 'video/mp4; codecs="hvc1.1.6.L63"');
    browser((type) => !/hvc1/.test(type), yes);
    assert.equal(await page.codecFor(hevc), 'h264');
    assert.deepEqual(page.inCodec(hevc, 'hevc').renditions.map(({ id }) => id), page.inCodec(both, 'av1').renditions.map(({ id }) => id));
  });

  it('is left alone where a rung of it is not supported, or not smooth, or nobody can say', async () => {
    browser((type) => !type.includes('04M'), yes);
    assert.equal(await page.codecFor(both), 'h264');
    browser(() => true, ({ height }) => ({ supported: true, smooth: height < 720 }));
    assert.equal(await page.codecFor(both), 'h264');
    browser(() => true, () => ({ supported: false, smooth: true }));
    assert.equal(await page.codecFor(both), 'h264');
    browser(() => true, () => { throw new TypeError('what?'); });
    assert.equal(await page.codecFor(both), 'h264');
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: {} });
    assert.equal(await page.codecFor(both), 'h264');
  });
});
