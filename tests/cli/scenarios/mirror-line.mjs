// The way from a mirror to its origin, for the scenarios of mirrors: a proxy that counts what goes through it, and can
// be cut, held back, spoilt, or made to misbehave in many ways.
import { createServer, request } from 'node:http';

// Half of the answer, and the rest once state.release() is called, which may be told to spoil it.
function holdBack(state, asked, from, answer) {
  const pieces = [];
  from.on('data', (piece) => pieces.push(piece));
  from.on('end', () => {
    const all = Buffer.concat(pieces);
    answer.write(all.subarray(0, all.length >> 1));
    state.release = ({ spoilt = false } = {}) => {
      const rest = Buffer.from(all.subarray(all.length >> 1));
      if (spoilt) rest[0] ^= 1;
      answer.end(rest);
      state.release = state.held = null;
    };
  });
}

// What a line, or the server at its other end, may do to an answer.
export const kMisdeeds = {
  error: (all, asked, from, answer) => answer.writeHead(500).end('no'),
  redirect: (all, asked, from, answer) => answer.writeHead(302, { location: asked.url }).end(),
  reset: (all, asked) => asked.socket.destroy(),
  cut: (all, asked, from, answer, random) => {
    answer.writeHead(from.statusCode, from.headers);
    answer.write(all.subarray(0, random(all.length)), () => asked.socket.destroy());
  },
  short: (all, asked, from, answer, random) => answer.writeHead(from.statusCode, withoutLength(from)).end(all.subarray(0, random(all.length))),
  long: (all, asked, from, answer) => answer.writeHead(from.statusCode, withoutLength(from)).end(Buffer.concat([all, Buffer.from('x')])),
  flip: (all, asked, from, answer, random) => {
    const spoilt = Buffer.from(all);
    if (spoilt.length) spoilt[random(spoilt.length)] ^= 1 << random(8);
    answer.writeHead(from.statusCode, from.headers).end(spoilt);
  },
  slow: (all, asked, from, answer) => {
    answer.writeHead(from.statusCode, from.headers);
    answer.write(all.subarray(0, all.length >> 1));
    setTimeout(() => answer.end(all.subarray(all.length >> 1)), 100);
  },
};
const withoutLength = (from) => Object.fromEntries(Object.entries(from.headers).filter(([name]) => name !== 'content-length'));

function misbehave(state, asked, from, answer) {
  const pieces = [];
  from.on('data', (piece) => pieces.push(piece));
  from.on('end', () => kMisdeeds[state.fault.kind()](Buffer.concat(pieces), asked, from, answer, state.fault.random));
}

/** `target`: the address of the origin. */
export function openLine(target) {
  const state = { bytes: 0, sockets: new Set(), requests: [], replay: null, fault: null, cut: false, spoil: null, half: null, ranges: [], held: null, release: null, lose: null };
  const server = createServer((asked, answer) => {
    state.requests.push(`${asked.method} ${asked.url}`);
    state.sockets.add(asked.socket);
    (asked.socket.asked ??= []).push(asked.url);
    if (asked.headers.range) state.ranges.push(`${asked.url} ${asked.headers.range}`);
    if (state.cut) return asked.socket.destroy();
    if (state.replay && asked.url.startsWith('/mirror/')) return asked.url === '/mirror/lessons' ? answer.end(state.replay) : answer.writeHead(404).end();
    const fault = state.fault?.strikes();
    const out = request(target + asked.url, { method: asked.method, headers: { ...asked.headers, host: new URL(target).host } }, (from) => {
      if (state.lose?.test(asked.url) && asked.headers['content-length'] > 0) { // once, when the other end has done what was asked
        state.lose = null;
        return from.on('end', () => asked.socket.destroy()).resume();
      }
      if (fault) return misbehave(state, asked, from, answer);
      answer.writeHead(from.statusCode, from.headers);
      if (state.held?.test(asked.url)) return holdBack(state, asked, from, answer);
      from.on('data', (piece) => {
        state.bytes += piece.length;
        if (state.half?.test(asked.url)) { // once
          state.half = null;
          answer.write(piece.subarray(0, piece.length >> 1), () => asked.socket.destroy());
          return from.destroy();
        }
        answer.write(state.spoil?.test(asked.url) ? Buffer.from(piece).fill(piece[0] ^ 1, 0, 1) : piece);
      });
      from.on('end', () => answer.end());
    });
    out.on('error', () => asked.socket.destroy());
    asked.pipe(out);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(Object.assign(state, {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => { server.closeAllConnections(); server.close(); },
  }))));
}
