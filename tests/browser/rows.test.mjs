// The staircase of rungs and sounds (web/src/lesson.ts): which sound goes with which picture, and what that costs. Bundled by esbuild as
// the page is, run by node.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

async function load() {
  const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL('../../web/src/lesson.ts', import.meta.url))], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

// As lessons were before sound had rates.
const old = (kind, id, codec, kbps) => ({ id, kind, codec, language: 'en', average_bandwidth: kbps * 1000 });
const lesson = { renditions: [old('video', 'video/0', 'h264', 90), old('video', 'video/1', 'h264', 180), old('audio', 'audio/en-aac', 'aac', 48), old('audio', 'audio/en-opus', 'opus', 24)] };

describe('a lesson whose sound has two rates', () => {
  let page;
  before(async () => { page = await load(); });
  const costing = (kbps) => ({ bytes: kbps * 10_000, average_bandwidth: kbps * 1000, peak_bandwidth: kbps * 1200 });
  const sound = (language, codec, kbps, track = language) => ({ id: `audio/${language}-${codec[0]}${kbps}`, kind: 'audio', codec, language, label: language, track, ...costing(kbps) });
  const voices = ['en', 'fr'].flatMap((language) => [sound(language, 'opus', 24), sound(language, 'opus', 12), sound(language, 'aac', 48)]);
  const picture = (kbps, i) => ({ id: `video/${i}`, kind: 'video', codec: 'h264', height: 360, ...costing(kbps) });
  const made = (...kbps) => ({ ...lesson, renditions: [...kbps.map(picture), ...voices, sound('en', 'opus', 13, 'en-2')] });
  const staircase = (all, codec = 'opus', language = 'fr') => page.rows(all, codec, language).map(({ rung, sound: heard }) => `${rung.id} ${heard?.id}`);

  it('plays the cheap one with cheap pictures and the better one with dear ones', () => {
    assert.deepEqual(staircase(made(20, 60, 200)), ['video/0 audio/fr-o12', 'video/1 audio/fr-o12', 'video/2 audio/fr-o24']);
    assert.deepEqual(staircase(made(100, 200)), ['video/0 audio/fr-o12', 'video/0 audio/fr-o24', 'video/1 audio/fr-o24']);
  });
  it('offers both with the best picture where all are cheap', () => {
    assert.deepEqual(staircase(made(9)), ['video/0 audio/fr-o12', 'video/0 audio/fr-o24']);
    assert.deepEqual(staircase(made(9, 14)), ['video/0 audio/fr-o12', 'video/1 audio/fr-o12', 'video/1 audio/fr-o24']);
  });
  it('has one row a rung where there is one rate, or no sound', () => {
    assert.deepEqual(staircase(made(20, 200), 'aac'), ['video/0 audio/fr-a48', 'video/1 audio/fr-a48']);
    assert.deepEqual(staircase({ ...lesson, renditions: lesson.renditions.slice(0, 2) }), ['video/0 undefined', 'video/1 undefined']);
    assert.deepEqual(staircase(lesson, 'opus', 'en'), ['video/0 audio/en-opus', 'video/1 audio/en-opus']);
  });
  it('is heard in the first voice of the language, alone at its cheapest', () => {
    assert.equal(page.audioFor(made(9), 'opus', 'en').id, 'audio/en-o12');
    assert.deepEqual(page.ratesFor(made(9), 'opus', 'en').map(({ id }) => id), ['audio/en-o12', 'audio/en-o24']);
    assert.equal(page.audioFor(made(9), 'aac', 'fr').id, 'audio/fr-a48');
  });
  it('costs what is played: a chosen rung with the cheapest sound that goes with it', () => {
    const all = made(20, 200);
    const [low, high] = page.rungs(all);
    assert.equal(page.soundWith(all, low, 'opus', 'en').id, 'audio/en-o12');
    assert.equal(page.soundWith(all, high, 'opus', 'en').id, 'audio/en-o24');
    assert.equal(page.soundWith(made(100), page.rungs(made(100))[0], 'opus', 'en').id, 'audio/en-o12');
  });
});
