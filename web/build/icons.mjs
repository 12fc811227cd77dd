// The icons of the installed page, drawn here: a line of chalk over a board. PNG (RFC 2083): one IDAT, filter 0, eight bits of RGB.
import { deflateSync, gzipSync } from 'node:zlib';

const kBoard = [11, 93, 59];
const kChalk = [251, 250, 247];

// Debian 12's Node has no zlib.crc32: a gzip stream's trailer holds it (RFC 1952 2.3.1).
export function crc32(bytes) {
  const zipped = gzipSync(bytes);
  return zipped.readUInt32LE(zipped.length - 8);
}

function part(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

// How much of a point is chalk, 0 to 1: a rising stroke and a base line, well inside the circle that a maskable icon keeps.
function chalk(x, y, soft) {
  const strokes = [[0.3, 0.62, 0.45, 0.42], [0.45, 0.42, 0.55, 0.54], [0.55, 0.54, 0.7, 0.32], [0.28, 0.72, 0.72, 0.72]];
  let least = Infinity;
  for (const [x0, y0, x1, y1] of strokes) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x - x0 - along * dx, y - y0 - along * dy));
  }
  return Math.max(0, Math.min(1, (0.03 - least) / soft + 0.5));
}

// A square icon of `size` pixels.
export function icon(size) {
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; ++y)
    for (let x = 0; x < size; ++x) {
      const share = chalk((x + 0.5) / size, (y + 0.5) / size, 1 / size);
      kBoard.forEach((board, i) => { rows[y * (1 + size * 3) + 1 + x * 3 + i] = Math.round(board + (kChalk[i] - board) * share); });
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), part('IHDR', header), part('IDAT', deflateSync(rows, { level: 9 })), part('IEND', Buffer.alloc(0))]);
}
