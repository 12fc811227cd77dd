// A player's requests, with every byte of the answers told apart.
import { Agent, get } from 'node:http';
import { connect } from 'node:http2';
import { createConnection } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Parser } from 'm3u8-parser';

const kAcceptEncoding = 'gzip, deflate, br'; // as browsers ask

// Bytes in mdat boxes of a file of ISO boxes (ISO/IEC 14496-12), their headers not counted. Pure.
export function mediaBytes(bytes) {
  let sum = 0;
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || at + size > bytes.length) throw new Error(`a box at ${at} claims ${size} bytes of ${bytes.length}`);
    if (bytes.toString('latin1', at + 4, at + 8) === 'mdat') sum += size - 8;
    at += size;
  }
  return sum;
}

// {body, sent (bytes of the body as it came), head (bytes of all else that came with it)}
function answer(path, range, status, encoding, pieces, head) {
  if (status !== (range ? 206 : 200)) throw new Error(`${path} answers ${status}`);
  const came = Buffer.concat(pieces);
  const body = encoding === 'br' ? brotliDecompressSync(came) : encoding === 'gzip' ? gunzipSync(came) : came;
  return { body, sent: came.length, head };
}

// One kept connection, one request after the other; the head is the status line and the fields.
export class Http1 {
  constructor(port) {
    this.port = port;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  ask(path, range) {
    return new Promise((resolve, reject) => {
      const headers = { 'Accept-Encoding': kAcceptEncoding, ...(range ? { Range: range } : {}) };
      get({ host: '127.0.0.1', port: this.port, path, agent: this.agent, headers }, (came) => {
        const pieces = [];
        came.on('data', (piece) => pieces.push(piece));
        came.on('error', reject);
        came.on('end', () => {
          const { rawHeaders, statusCode, statusMessage } = came;
          let head = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n\r\n`.length;
          for (let i = 0; i < rawHeaders.length; i += 2) head += rawHeaders[i].length + rawHeaders[i + 1].length + ': \r\n'.length;
          try {
            resolve(answer(path, range, statusCode, came.headers['content-encoding'], pieces, head));
          } catch (error) {
            reject(error);
          }
        });
      }).on('error', reject);
    });
  }

  end() {
    this.agent.destroy();
  }
}

// The same over HTTP/2, as browsers speak it to a server with a certificate (TLS's own bytes are not there to be counted);
// the head is all that the connection carried but bodies: its settings, the frames' heads, the compressed fields.
export class Http2 {
  constructor(port) {
    this.socket = createConnection(port, '127.0.0.1');
    this.session = connect(`http://127.0.0.1:${port}`, { createConnection: () => this.socket });
    this.counted = 0;
  }

  async ask(path, range) {
    const request = this.session.request({ ':path': path, 'accept-encoding': kAcceptEncoding, ...(range ? { range } : {}) });
    let fields = {};
    request.on('response', (came) => { fields = came; });
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const came = this.socket.bytesRead - this.counted;
    this.counted += came;
    return answer(path, range, fields[':status'], fields['content-encoding'], pieces, came - Buffer.concat(pieces).length);
  }

  end() {
    this.session.close();
  }
}

function read(text) {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

const rangeOf = (part) => (part.byterange ? `bytes=${part.byterange.offset}-${part.byterange.offset + part.byterange.length - 1}` : undefined);

// A media playlist and all that it names: {media, containers, playlists, heads (bytes), requests, seconds}.
async function follow(fetches, address) {
  const sum = { media: 0, containers: 0, playlists: 0, heads: 0, requests: 1, seconds: 0 };
  const playlist = await fetches.ask(address);
  sum.playlists += playlist.sent;
  sum.heads += playlist.head;
  const { segments } = read(playlist.body.toString());
  const parts = [segments[0].map, ...segments];
  for (const part of parts) {
    const got = await fetches.ask(new URL(part.uri, `http://localhost${address}`).pathname, rangeOf(part));
    const media = mediaBytes(got.body);
    sum.media += media;
    sum.containers += got.sent - media;
    sum.heads += got.head;
    sum.requests += 1;
    sum.seconds += part.duration ?? 0;
  }
  return sum;
}

// What each variant costs that a multivariant playlist offers, its sound included: [{name, kbps (BANDWIDTH), media, ...}].
export async function variantsOf(fetches, address) {
  const first = await fetches.ask(address);
  const manifest = read(first.body.toString());
  const at = (uri) => new URL(uri, `http://localhost${address}`).pathname;
  const followed = new Map(); // a sound is many variants'
  const once = async (path) => {
    if (!followed.has(path)) followed.set(path, await follow(fetches, path));
    return followed.get(path);
  };
  const variants = [];
  for (const { uri, attributes } of manifest.playlists) {
    const group = Object.values(manifest.mediaGroups.AUDIO[attributes.AUDIO] ?? {});
    const sound = group.find((one) => one.default) ?? group[0];
    const addresses = new Set([at(uri), ...(sound?.uri ? [at(sound.uri)] : [])]); // sound alone is its own sound
    const lists = [];
    for (const each of addresses) lists.push(await once(each));
    const size = attributes.RESOLUTION ? `${attributes.RESOLUTION.height}p` : 'sound';
    const sum = { name: `${size}, ${attributes.CODECS}`, bandwidth: attributes.BANDWIDTH, media: 0, containers: 0, playlists: first.sent, heads: first.head, requests: 1 };
    for (const list of lists) for (const key of ['media', 'containers', 'playlists', 'heads', 'requests']) sum[key] += list[key];
    variants.push({ ...sum, seconds: lists[0].seconds });
  }
  return variants;
}
