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
