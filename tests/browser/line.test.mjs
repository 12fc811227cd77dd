// What our own player makes of the line: how it measures it, what it asks a mirror and an origin for, and what the studio's weak line
// tells it. Bundled by esbuild as the page is, run by node.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = (name) => fileURLToPath(new URL(`../../web/src/${name}.ts`, import.meta.url));

async function load(name) {
  const { outputFiles } = await build({ entryPoints: [source(name)], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

describe('what the link carries', () => {
  let page;
  let ms;
  before(async () => { page = await load('own/throughput'); });
  const receive = (link, bitsPerSecond, seconds, wait = 0.5) => {
    const transfer = link.begin();
    ms += wait * 1000;
    for (let i = 0; i < seconds * 10; ++i) {
      transfer.received(bitsPerSecond / 80);
      ms += 100;
    }
    transfer.received(bitsPerSecond / 80);
    transfer.end();
  };

  it('is what came while something was coming, without the wait for the first byte', () => {
    ms = 0;
    const link = page.makeThroughput(0, () => ms);
    assert.equal(link.measured, false);
    receive(link, 200_000, 5, 0.84);
    assert.ok(Math.abs(link.rate - 200_000) < 4000, `${link.rate}`);
    assert.ok(Math.abs(link.wait - 0.84) < 0.001);
    assert.equal(link.measured, true);
  });
  it('follows a link that changes, within some seconds', () => {
    ms = 0;
    const link = page.makeThroughput(1e6, () => ms);
    receive(link, 1e6, 10);
    for (let i = 0; i < 6; ++i) receive(link, 100_000, 5);
    assert.ok(link.rate < 150_000, `${link.rate}`);
  });
  it('forgets an outage, also by transfers that are too short to measure', () => {
    ms = 0;
    const link = page.makeThroughput(1e6, () => ms);
    receive(link, 20_000, 20);
    assert.ok(link.rate < 40_000, `${link.rate}`);
    for (let i = 0; i < 8; ++i) { // 20 kB in a tenth of a second, every six
      const transfer = link.begin();
      ms += 100;
      transfer.received(20_000);
      transfer.end();
      ms += 6000;
    }
    assert.ok(link.rate > 1e6, `${link.rate}`);
    const cached = link.rate;
    const transfer = link.begin();
    ms += 5;
    transfer.received(500_000);
    transfer.end();
    assert.equal(link.rate, cached);
  });
  it('is trusted with no more than that because of a burst', () => {
    ms = 0;
    const link = page.makeThroughput(1e6, () => ms);
    receive(link, 300_000, 20);
    assert.ok(Math.abs(link.steady - 300_000) < 10_000, `${link.steady}`);
    receive(link, 2e6, 5);
    receive(link, 300_000, 5);
    assert.ok(link.rate > 700_000, `${link.rate}`);
    assert.ok(link.steady < 700_000, `${link.steady}`);
  });
  it('is trusted with a third of what was guessed, and with what a line carries that is too quick to be measured', () => {
    ms = 0;
    const link = page.makeThroughput(1e6, () => ms);
    assert.ok(Math.abs(link.steady - 300_000) < 1, `${link.steady}`);
    for (let i = 0; i < 40; ++i) { // 100 kB in a tenth of a second
      const transfer = link.begin();
      ms += 100;
      transfer.received(100_000);
      transfer.end();
    }
    assert.equal(link.measured, false);
    assert.ok(link.steady > 3e6, `${link.steady}`);
  });
  it('adds up what two transfers bring at once', () => {
    ms = 0;
    const link = page.makeThroughput(0, () => ms);
    const both = [link.begin(), link.begin()];
    for (let i = 0; i <= 50; ++i) {
      for (const transfer of both) transfer.received(1250);
      ms += 100;
    }
    for (const transfer of both) transfer.end();
    assert.ok(Math.abs(link.rate - 200_000) < 8000, `${link.rate}`);
  });
  it('is not told by a burst out of a buffer', () => {
    ms = 0;
    const link = page.makeThroughput(80_000, () => ms);
    receive(link, 0, 0);
    const transfer = link.begin();
    for (let i = 0; i < 20; ++i) transfer.received(5000);
    transfer.end();
    assert.equal(link.rate, 80_000);
  });
  it('takes the shortest wait: the others stood in a queue', () => {
    ms = 0;
    const link = page.makeThroughput(0, () => ms);
    for (const wait of [0.5, 3, 6, 4]) receive(link, 50_000, 1, wait);
    assert.equal(link.wait, 0.5);
  });
});

describe('a segment on its way', () => {
  let page;
  let ms = 0;
  const { fetch: realFetch } = globalThis;
  const asked = [];
  before(async () => { page = { ...await load('own/feed'), ...await load('own/throughput') }; });
  after(() => { globalThis.fetch = realFetch; });

  // What a link gives: `answers`, by the end of an address, as functions.
  function feedFrom(link, answers) {
    asked.length = 0;
    globalThis.fetch = async (url) => {
      asked.push(url);
      return answers[url.replace(/^.*\//, '')]();
    };
    const buffer = { updating: false, buffered: { length: 0 }, appendBuffer() {} };
    return new page.Feed({ currentTime: 0 }, { readyState: 'open' }, buffer, link);
  }
  const manner = { piece: 0, turn: async () => undefined, early: () => false, came: () => undefined };

  it('is measured from when it was asked for, though another rung’s init segment is waited for first', async () => {
    const link = page.makeThroughput(100_000, () => ms);
    const feed = feedFrom(link, {
      'init.mp4': async () => {
        await new Promise((done) => setTimeout(done)); // the segment is asked for meanwhile
        ms += 3000;
        return new Response(new Uint8Array(900));
      },
      // All of it came in those three seconds.
      '1.m4s': async () => new Response(new ReadableStream({
        pull(to) {
          ms += 50;
          to.enqueue(new Uint8Array(20_000));
          to.close();
        },
      }, { highWaterMark: 0 })),
    });
    assert.equal(await feed.append('/v/a/video/1/init.mp4', '/v/a/video/1/1.m4s', manner), true);
    assert.equal(link.rate, 100_000, '20 kB in three seconds are 53 kbit/s');
    assert.equal(link.wait, 0.05, 'the init segment’s wait is not the link’s');
  });

  it('is asked for once more by the name that the origin answers itself, where a mirror has not got it', async () => {
    const feed = feedFrom(page.makeThroughput(0), {
      'init.mp4': async () => new Response(new Uint8Array(900)),
      '1.m4s': async () => new Response('', { status: 404 }),
      '1.m4s?here': async () => new Response(new Uint8Array(2000)),
    });
    assert.equal(await feed.append('/v/a/video/1/init.mp4', '/v/a/video/1/1.m4s', manner), true);
    const server = await readFile(new URL('../../streamer/delivery/steering.hpp', import.meta.url), 'utf8');
    const [, again] = /kAgain = "([^"]+)"/.exec(server);
    assert.deepEqual(asked.filter((url) => url.includes('m4s')), ['/v/a/video/1/1.m4s', `/v/a/video/1/1.m4s${again}`]);
  });
});

describe('the studio’s weak line', () => {
  it('is what the page in its frame is told of: mobile data, and as slow as that from its first byte', async () => {
    const { kLinks, Line } = await load('../studio/src/paced');
    const { rateOfPage } = await load('own/throughput');
    const entry = { encodedBodySize: 9000, transferSize: 0, requestStart: 10, responseStart: 12, responseEnd: 14 };
    for (const link of kLinks) {
      const frame = { fetch, navigator: {}, performance: { getEntriesByType: (type) => (type === 'navigation' ? [{ ...entry, toJSON: () => entry }] : [{ name: type }]) } };
      new Line(link).hold(frame);
      assert.equal(frame.navigator.connection.type, 'cellular');
      const rate = rateOfPage(frame.performance.getEntriesByType('navigation')[0]);
      assert.ok(rate > 0 && rate <= link.kbps * 1000, `${link.id}: ${rate} bit/s`);
      assert.deepEqual(frame.performance.getEntriesByType('resource'), [{ name: 'resource' }]);
    }
  });
});
