// A TCP proxy that can cut: counts what clients send and, after so many more bytes, calls `atCount`; resets every
// connection when told to; can hold the rate down. Its port stays the same while the server behind it comes and goes.
import { connect, createServer } from 'node:net';

/**
 * Resets a connection. Not one that is being shut down: libuv refuses to (uv_tcp_close_reset, EINVAL), Node takes the socket
 * for closed all the same, and the process then spins for ever where it should end (seen with Node 20).
 */
export function reset(socket) {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

export class Proxy {
  /** @param {() => number} target the server's port now; 0: there is none, and connections are reset. */
  constructor(target) {
    this.target = target;
    this.sent = 0; // by clients
    this.next = Infinity;
    this.atCount = () => {};
    this.seen = { at: Infinity, action: () => {} };
    this.bytesPerSecond = Infinity;
    this.pairs = new Set();
    this.server = createServer({ allowHalfOpen: true }, (client) => this.#take(client));
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this.server.address().port;
  }

  /** Once clients have sent `bytes` more, `action` is called in the middle of what they send. */
  after(bytes, action) {
    this.next = this.sent + bytes;
    this.atCount = action;
  }

  /** Once clients have sent `bytes` in all, `action` is called; nothing is cut. */
  see(bytes, action) {
    this.seen = { at: bytes, action };
  }

  reset() {
    for (const { client, server } of this.pairs) {
      reset(client);
      reset(server);
    }
    this.pairs.clear();
  }

  close() {
    this.reset();
    this.server.close();
  }

  #take(client) {
    if (!this.target()) {
      reset(client);
      return;
    }
    const server = connect({ port: this.target(), host: '127.0.0.1', allowHalfOpen: true });
    const pair = { client, server };
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const [from, to] of [[client, server], [server, client]]) {
      from.on('error', end);
      from.on('close', () => {
        this.pairs.delete(pair);
        to.destroySoon(); // once it has what was on its way
      });
      from.on('end', () => to.end());
    }
    server.on('data', (bytes) => client.write(bytes));
    client.on('data', (bytes) => this.#pass(bytes, client, server));
  }

  #pass(bytes, client, server) {
    const upTo = Math.min(bytes.length, Math.max(0, this.next - this.sent));
    this.sent += bytes.length;
    if (this.sent >= this.seen.at) {
      this.seen.at = Infinity;
      this.seen.action();
    }
    if (upTo < bytes.length) {
      const action = this.atCount;
      this.next = Infinity;
      client.removeAllListeners('data'); // what follows would leave a hole
      server.write(bytes.subarray(0, upTo), () => action());
      return;
    }
    const flows = server.write(bytes);
    const wait = this.bytesPerSecond === Infinity ? 0 : (bytes.length / this.bytesPerSecond) * 1000;
    if (flows && wait === 0) return;
    client.pause();
    const goOn = () => client.destroyed || client.resume();
    if (wait > 0) setTimeout(goOn, wait);
    else server.once('drain', goOn);
  }
}
