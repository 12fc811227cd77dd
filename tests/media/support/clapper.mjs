// The test picture and sound: a film clapper for machines. Corner patches (red, lime, blue, yellow) say which way is up,
// a white flash in the middle and a 1 kHz beep begin at the same instant, 0.4 s into each second. A bar that moves keeps
// the encoder honest. All sources of the media tests are made of it unless the fault under test is elsewhere.
import { readFile, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ffmpeg } from './run.mjs';

export const kFirstMark = 0.4;   // seconds; on a frame at 5, 10, 15, 20, 25, 30, 50 and 60 frames per second
export const kMarkLength = 0.1;
export const kCorners = ['red', 'lime', 'blue', 'yellow'];  // top left, top right, bottom left, bottom right

/** A lavfi video graph (an input for `-f lavfi -i`). */
export function picture({ size = '320x240', rate = 25, seconds = 4, extra = '' } = {}) {
  const box = (x, y, colour) => `drawbox=x=${x}:y=${y}:w=iw/4:h=ih/4:color=${colour}:t=fill`;
  const graph = [
    `color=c=0x606060:s=${size}:r=${rate}:d=${seconds},format=rgb24`,
    box('0', '0', kCorners[0]), box('iw-iw/4', '0', kCorners[1]), box('0', 'ih-ih/4', kCorners[2]), box('iw-iw/4', 'ih-ih/4', kCorners[3]),
    `drawbox=x=iw/3:y=ih/3:w=iw/3:h=ih/3:color=0x202020:t=fill`,
    `drawbox=x=iw/3:y=ih/3:w=iw/3:h=ih/3:color=white:t=fill:enable='lt(mod(t-${kFirstMark}+1.0001,1),${kMarkLength})'`,
  ].join(',');
  const bar = `color=c=0xe0e0e0:s=${Math.max(2, Math.floor(Number(size.split('x')[0]) / 40))}x${Math.max(2, Math.floor(Number(size.split('x')[1]) / 10))}:r=${rate}:d=${seconds}`;
  return `${graph}[p];${bar}[b];[p][b]overlay=x='W*(0.3+0.35*mod(t*0.7,1))':y='H*0.05'${extra ? `,${extra}` : ''}`;
}

/** A lavfi audio source with the beeps; `channels` copies of it, each a little different in level. */
export function beeps({ rate = 48000, seconds = 4, channels = 2, first = kFirstMark, hertz = 1000 } = {}) {
  const one = (gain) => `${gain}*sin(2*PI*${hertz}*t)*lt(mod(t-${first}+1\\,1)\\,${kMarkLength})`;
  const layout = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' }[channels];
  const all = Array.from({ length: channels }, (_, i) => one((0.5 - 0.02 * i).toFixed(2))).join('|');
  return `aevalsrc=${all}:s=${rate}:c=${layout}:d=${seconds}`;
}

const kH264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const made = new Map();  // arguments -> promise of the first file made with them, so that equal claps are made once

/**
 * Writes a clapper file. `video` and `audio` are encoder arguments (false: without that track), `mux` goes before the
 * file name, `picture` and `beeps` are options of the functions above.
 */
export async function makeClapper(path, { video = kH264, audio = ['-c:a', 'aac'], mux = [], seconds = 4, picture: look = {}, beeps: sound = {} } = {}) {
  const args = [];
  if (video) args.push('-f', 'lavfi', '-i', picture({ seconds, ...look }));
  if (audio) args.push('-f', 'lavfi', '-i', beeps({ seconds, ...sound }));
  if (video) args.push('-map', '0:v', ...video);
  if (audio) args.push('-map', video ? '1:a' : '0:a', ...audio);
  args.push(...mux);
  const key = [...args, extname(path)].join(' ');
  if (made.has(key)) {
    const first = await made.get(key);
    if (first !== undefined) {
      await writeFile(path, first);
      return path;
    }
  }
  const making = ffmpeg([...args, path]).then(() => readFile(path));
  made.set(key, making.catch(() => undefined));
  await making;
  return path;
}
