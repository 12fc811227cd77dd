// A weak link: a TCP relay whose rate towards the browser changes while a test runs. One token bucket is shared by all
// connections, as a phone's radio is. The browser's own throttling does not reach every network stack in it; this does.
import { createServer, connect } from 'node:net';

const kTick = 20; // ms
const kBurst = 2; // ticks of unused rate that may be saved up

export async function openLink(port) {
  let bitsPerSecond = Infinity;
  let originPort = port;
  let cuts = 0;
  let sent = 0;
  const pairs = new Set();

  function pump() {
    let tokens = Math.ceil((bitsPerSecond / 8000) * kTick);
    const busy = [...pairs].filter((pair) => pair.waiting > 0);
    const share = () => Math.max(1, Math.ceil(tokens / busy.length));
    while (tokens > 0 && busy.length > 0) {
      const pair = busy.shift();
      const part = Math.min(tokens, bitsPerSecond === Infinity ? pair.waiting : Math.min(pair.waiting, share()));
      pair.send(part);
      tokens -= part;
      if (pair.waiting > 0) busy.push(pair);
    }
  }
  const timer = setInterval(pump, kTick);

  const server = createServer((browser) => {
    const origin = connect(originPort, '127.0.0.1');
    const queue = [];
    let over = false;
    const pair = {
      waiting: 0,
      close() {
        pairs.delete(pair);
        browser.destroy();
        origin.destroy();
      },
      send(bytes) {
        while (bytes > 0 && queue.length > 0) {
          const [head] = queue;
          const part = head.subarray(0, bytes);
          browser.write(part);
          sent += part.length;
          bytes -= part.length;
          pair.waiting -= part.length;
          if (part.length === head.length) queue.shift();
          else queue[0] = head.subarray(part.length);
        }
        if (pair.waiting < 64 * 1024 * kBurst) origin.resume();
        if (over && pair.waiting === 0) browser.end();
      },
    };
    pairs.add(pair);
    browser.setNoDelay(true);
    browser.pipe(origin);
    origin.on('data', (data) => {
      if (bitsPerSecond === Infinity && pair.waiting === 0) {
        sent += data.length;
        browser.write(data);
        return;
      }
      queue.push(data);
      pair.waiting += data.length;
      if (pair.waiting > 64 * 1024 * kBurst) origin.pause();
    });
    origin.on('end', () => {
      over = true;
      if (pair.waiting === 0) browser.end();
    });
    for (const socket of [browser, origin]) {
      socket.on('error', pair.close);
      socket.on('close', () => { if (!over || pair.waiting === 0) pair.close(); });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    limit(bits) { bitsPerSecond = bits; }, // bit/s towards the browser; Infinity: none
    towards(other) { originPort = other; }, // where new connections lead
    get sent() { return sent; }, // bytes that the browser was sent, heads included
    get cuts() { return cuts; }, // connections that were cut with something on its way
    cut() { // every connection breaks off; returns how many there were
      const open = [...pairs];
      for (const pair of open) {
        if (pair.waiting > 0) ++cuts;
        pair.close();
      }
      return open.length;
    },
    async close() {
      clearInterval(timer);
      for (const pair of [...pairs]) pair.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
