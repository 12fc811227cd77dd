// Which events of an events lesson (support/events_lesson.mjs) a film shows, and when: found by decoding it and comparing each
// event's cell before and after. Used by events.mjs for the source and for every rung.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { kCell, kRate } from '../support/events_lesson.mjs';

const kWithin = 0.2 * kRate;  // frames: the bar
const kLate = kRate;          // frames: what is there by then came late, else it is lost
const kBefore = 12;           // frames: a B picture may show something of what comes just after it
// Of an event's own contrast. A stroke of two pixels in a rung of half the height keeps two thirds of it at best.
export const kVisible = 0.4;

/** Calls look(number, luma) for each frame of the film at kRate, enlarged to the lesson's size. */
async function eachFrame(path, { width, height }, look) {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-i', path, '-map', '0:v:0', '-vf', `fps=${kRate}:start_time=0,scale=${width}:${height}:flags=bicubic,format=yuv420p,extractplanes=y`,
    '-f', 'rawvideo', 'pipe:1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let words = '';
  child.stderr.on('data', (data) => { words += data; });
  const frame = Buffer.alloc(width * height);
  let filled = 0;
  let number = 0;
  for await (const chunk of child.stdout) {
    for (let at = 0; at < chunk.length;) {
      const part = Math.min(chunk.length - at, frame.length - filled);
      chunk.copy(frame, filled, at, at + part);
      at += part;
      filled += part;
      if (filled < frame.length) continue;
      look(number, frame);
      number += 1;
      filled = 0;
    }
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`cannot read ${path}: ${words}`);
}

function cut(luma, width, { x, y }) {
  const part = new Uint8Array(kCell.width * kCell.height);
  for (let row = 0; row < kCell.height; ++row) part.set(luma.subarray((y + row) * width + x, (y + row) * width + x + kCell.width), row * kCell.width);
  return part;
}

/** How much of an event lies between two pictures of its cell: 1 all of it, 0 nothing. */
function shareOf({ before, after }, from, to) {
  let got = 0;
  let whole = 0;
  for (let i = 0; i < before.length; ++i) {
    const change = after[i] - before[i];
    got += change * (to[i] - from[i]);
    whole += change * change;
  }
  return got / whole;
}

/** For each event {shown: its share within 200 ms, later: its share after a second, early: its share 200 ms before}. */
export async function eventsSeen(path, lesson, events) {
  const wanted = new Map();  // frame number -> what to do with it
  const at = (frame, work) => wanted.set(frame, [...(wanted.get(frame) ?? []), work]);
  const seen = events.map(() => ({ shown: 0, later: 0, early: 0 }));
  events.forEach((event, i) => {
    let from;
    at(event.frame - kBefore, (luma) => { from = cut(luma, lesson.width, event.cell); });
    at(event.frame - kWithin, (luma) => { seen[i].early = shareOf(event, from, cut(luma, lesson.width, event.cell)); });
    at(event.frame + kWithin, (luma) => { seen[i].shown = shareOf(event, from, cut(luma, lesson.width, event.cell)); });
    at(event.frame + kLate, (luma) => { seen[i].later = shareOf(event, from, cut(luma, lesson.width, event.cell)); });
  });
  await eachFrame(path, lesson, (number, luma) => { for (const work of wanted.get(number) ?? []) work(luma); });
  return seen;
}
