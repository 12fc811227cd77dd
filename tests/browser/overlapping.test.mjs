// How the files of a lesson that is saved follow one another over a link: which are asked for when, and what stops them. Bundled by esbuild as
// the page is, run by node.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

let overlapping;
before(async () => {
  const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL('../../web/src/offline/overlapping.ts', import.meta.url))], bundle: true, format: 'esm', write: false });
  ({ overlapping } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`));
});

// Files of so many bytes under `overlapping`, whose coming the test decides.
function begin(sizes) {
  const asked = []; // in order: {bytes, signal, came, done, fail}
  const told = []; // bytes of all
  const stop = new AbortController();
  const files = sizes.map((bytes) => ({ bytes }));
  const work = (file, signal, came) => new Promise((done, fail) => {
    asked.push({ file, signal, came, done, fail });
    signal.addEventListener('abort', () => fail(new DOMException('paused', 'AbortError')));
    if (signal.aborted) fail(new DOMException('paused', 'AbortError'));
  });
  const ended = overlapping(files, stop.signal, work, (bytes) => told.push(bytes));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { asked, told, stop, ended, settled };
}

describe('files of a lesson that is saved', () => {
  it('are asked for four at a time where they are small, in their order', async () => {
    const { asked, told, ended, settled } = begin([2000, 2000, 2000, 2000, 2000, 2000]);
    assert.equal(asked.length, 4);
    asked[0].came(2000);
    assert.equal(asked.length, 4, 'a file is under way until it is kept');
    asked[0].done();
    await settled();
    assert.equal(asked.length, 5);
    for (let i = 1; i < 6; ++i) {
      asked[i].done();
      await settled();
    }
    await ended;
    assert.equal(told[told.length - 1], 12_000);
    assert.deepEqual(told, [...told].sort((a, b) => a - b));
    assert.ok(told.every((bytes) => bytes <= 12_000), 'no file is counted twice');
  });
  it('are asked for one at a time where they are large, the next when 12 kB are still to come', async () => {
    const { asked, ended, settled } = begin([40_000, 40_000, 500]);
    assert.equal(asked.length, 1);
    asked[0].came(27_000);
    assert.equal(asked.length, 1);
    asked[0].came(28_000);
    assert.equal(asked.length, 2);
    asked[0].done();
    await settled();
    assert.equal(asked.length, 2, 'all of the second is still to come');
    asked[1].came(40_000);
    assert.equal(asked.length, 3);
    asked[1].done();
    asked[2].done();
    await ended;
  });
  it('stop all when they are paused, and none is begun after', async () => {
    const { asked, stop, ended, settled } = begin([2000, 2000, 2000, 2000, 2000]);
    stop.abort();
    await assert.rejects(ended, { name: 'AbortError' });
    await settled();
    assert.equal(asked.length, 4);
  });
  it('stop the others where one cannot be had, and say why it cannot', async () => {
    const { asked, ended } = begin([2000, 2000, 2000, 2000, 2000]);
    asked[1].fail(new Error('not what was published'));
    await assert.rejects(ended, /not what was published/);
    assert.ok(asked.every(({ signal }) => signal.aborted));
    assert.equal(asked.length, 4);
  });
  it('are none where saving was paused before', async () => {
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(overlapping([{ bytes: 1 }], stop.signal, async (_file, signal) => { if (signal.aborted) throw new DOMException('paused', 'AbortError'); }, () => undefined), { name: 'AbortError' });
    await overlapping([], new AbortController().signal, async () => assert.fail('there is nothing'), () => undefined);
  });
});
