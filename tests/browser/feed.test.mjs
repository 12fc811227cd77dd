// What goes into a SourceBuffer, at moments that a browser seldom meets: a feed over a buffer that keeps the rules of Media
// Source Extensions (one thing at a time; no abort() while something is removed). Bundled by esbuild as the page is, run by node.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL('../../web/src/own/feed.ts', import.meta.url))], bundle: true, format: 'esm', write: false });
const { Feed } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);

class Buffered {
  updating = false;
  removing = false;
  done = [];
  listeners = [];
  buffered = { length: 1, start: () => 0, end: () => 20 };

  addEventListener(_updateend, listener) { this.listeners.push(listener); }

  begin(what, removing) {
    if (this.updating) throw new DOMException(`${what} while something is under way`, 'InvalidStateError');
    Object.assign(this, { updating: what, removing });
    setTimeout(() => this.end(what), 20);
  }

  async end(what) {
    if (this.updating !== what) return;
    Object.assign(this, { updating: false, removing: false });
    this.done.push(what);
    // As in a browser, what one listener has resolved goes on before the next one is called.
    for (const listener of this.listeners.splice(0)) {
      listener();
      await new Promise(setImmediate);
    }
  }

  appendBuffer(bytes) { this.begin(`append ${bytes.length}`, false); }
  remove(from, to) { this.begin(`remove ${from} to ${to}`, true); }
  abort() {
    if (this.removing) throw new DOMException('abort while something is removed', 'InvalidStateError');
    if (this.updating) void this.end(this.updating = `abort of ${this.updating}`);
    else this.done.push('abort');
  }
}

const kTransfer = { received() {}, wanted() {}, end() {} };
const kManner = { piece: 0, turn: async () => {}, early: () => false, came() {} };
const open = (video, buffer) => new Feed(video, { readyState: 'open' }, buffer, { begin: () => kTransfer });
const until = async (look) => { while (!look()) await new Promise((wait) => setTimeout(wait, 1)); };
const answers = (t) => t.mock.method(globalThis, 'fetch', async (url) => new Response(new Uint8Array(/init/.test(url) ? 10 : 100)));

it('a seek far ahead while a piece is taken in ends it, and begins nothing more', async (t) => {
  answers(t);
  const video = { currentTime: 5 };
  const buffer = new Buffered();
  const feed = open(video, buffer);
  const appended = feed.append('/init.mp4', '/7.m4s', kManner);
  await until(() => buffer.done.includes('append 10') && buffer.updating);
  video.currentTime = 300; // what is there is now so far behind that it would be forgotten
  await feed.interrupt();
  assert.equal(await appended, false);
  assert.deepEqual(buffer.done, ['append 10', 'append 100', 'abort']);
});

it('what follows a segment that was given up while a piece was taken in begins after its end', async (t) => {
  answers(t);
  const buffer = new Buffered();
  const feed = open({ currentTime: 5 }, buffer);
  await feed.append('/cheap/init.mp4', '/cheap/7.m4s', kManner); // whose init segment is there at once the next time
  const dear = feed.append('/init.mp4', '/8.m4s', kManner);
  await until(() => buffer.done.length === 3 && buffer.updating);
  const next = dear.then(() => feed.append('/cheap/init.mp4', '/cheap/8.m4s', kManner));
  await feed.interrupt();
  assert.equal(await dear, false);
  assert.equal(await next, true);
  assert.deepEqual(buffer.done, ['append 10', 'append 100', 'append 10', 'append 100', 'abort', 'append 10', 'append 100']);
});

it('a seek while an init segment is on its way ends no more than what was under way', async (t) => {
  // Answers come after 20 ms, or not at all once they are not wanted any more.
  t.mock.method(globalThis, 'fetch', (url, { signal }) => new Promise((answer, refuse) => {
    if (signal.aborted) return refuse(signal.reason);
    signal.addEventListener('abort', () => refuse(signal.reason), { once: true });
    setTimeout(() => answer(new Response(new Uint8Array(/init/.test(url) ? 10 : 100))), 20);
  }));
  const buffer = new Buffered();
  const feed = open({ currentTime: 5 }, buffer);
  const before = feed.append('/init.mp4', '/7.m4s', kManner);
  await new Promise((wait) => setTimeout(wait, 5));
  await feed.interrupt();
  assert.equal(await feed.append('/init.mp4', '/9.m4s', kManner), true);
  assert.equal(await before, false);
  assert.deepEqual(buffer.done, ['abort', 'append 10', 'append 100']);
});
