// What goes into a SourceBuffer, at moments that a browser seldom meets: a feed over a buffer that keeps the rules of Media
// Source Extensions (one thing at a time; no abort() while something is removed). Bundled by esbuild as the page is, run by node.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL('../../web/src/own/feed.ts', import.meta.url))], bundle: true, format: 'esm', write: false });
const { Feed } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);

class Buffered extends EventTarget {
  updating = false;
  removing = false;
  done = [];
  buffered = { length: 1, start: () => 0, end: () => 20 };

  begin(what, removing) {
    if (this.updating) throw new DOMException(`${what} while something is under way`, 'InvalidStateError');
    Object.assign(this, { updating: true, removing });
    setTimeout(() => {
      Object.assign(this, { updating: false, removing: false });
      this.done.push(what);
      this.dispatchEvent(new Event('updateend'));
    }, 20);
  }

  appendBuffer(bytes) { this.begin(`append ${bytes.length}`, false); }
  remove(from, to) { this.begin(`remove ${from} to ${to}`, true); }
  abort() {
    if (this.removing) throw new DOMException('abort while something is removed', 'InvalidStateError');
    this.done.push('abort');
  }
}

it('a seek far ahead while a piece is taken in ends it, and begins nothing more', async (t) => {
  t.mock.method(globalThis, 'fetch', async (url) => new Response(new Uint8Array(/init/.test(url) ? 10 : 100)));
  const video = { currentTime: 5 };
  const buffer = new Buffered();
  const transfer = { received() {}, wanted() {}, end() {} };
  const feed = new Feed(video, { readyState: 'open' }, buffer, { begin: () => transfer });
  const appended = feed.append('/init.mp4', '/7.m4s', { piece: 0, turn: async () => {}, early: () => false, came() {} });
  while (!buffer.done.includes('append 10') || !buffer.updating) await new Promise((wait) => setTimeout(wait, 1));
  video.currentTime = 300; // what is there is now so far behind that it would be forgotten
  await feed.interrupt();
  assert.equal(await appended, false);
  assert.deepEqual(buffer.done, ['append 10', 'append 100', 'abort']);
});
