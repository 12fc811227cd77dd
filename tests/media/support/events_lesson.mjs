// A lesson of small events of known time and place, as a screen recorder would have filmed it: slides of words on which pens
// draw, pointers move, words change and pale bullets appear; with `speaker`, while a moving part plays in a corner; with
// `filmed`, after so many seconds of a camera before each slide. Used by events.mjs. The same options make the same lesson; every event has a cell of its own on its slide.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { seededRandom } from '../../support/random.mjs';
import { ffmpeg } from './run.mjs';

export const kRate = 25;  // frames per second
export const kCell = { width: 64, height: 32 };
const kHead = 28;         // frames before a slide's first event
const kTail = 26;         // and after its last one
const kTogether = 3;      // events of one instant, in the busy parts
const kLoneBefore = 8;    // frames without an event before and after one that comes alone
const kLoneAfter = 6;
const kPapers = [{ paper: 225, ink: 30 }, { paper: 36, ink: 215 }, { paper: 180, ink: 25, slope: 0.06 }];
const kWords = ['mass', 'force', 'speed', 'light', 'water', 'angle', 'seven', 'ratio', 'cells', 'north', 'prime', 'sugar'];
const kFont = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
const kPointer = ['X', 'XX', 'X.X', 'X..X', 'X...X', 'X....X', 'X.....X', 'X......X', 'X...XXXXX', 'X.X..X', 'XX X..X', 'X   XX'];

// kind, contrasts (or pixels moved), events in a hundred
const kKinds = [
  { kind: 'pen', strengths: [20, 30, 60, 120], share: 40 },
  { kind: 'pen over a word', strengths: [60, 120], share: 12 },
  { kind: 'pointer', strengths: [3, 8, 20], share: 16 },
  { kind: 'word', strengths: [60, 150], share: 16 },
  { kind: 'bullet', strengths: [16, 24, 40], share: 16 },
];

/** Coverage 0..255 of each word, a cell each. */
async function drawWords() {
  const { width, height } = kCell;
  const texts = kWords.map((word, i) => `drawtext=fontfile=${kFont}:text=${word}:fontsize=15:fontcolor=white:x=6:y=${i * height + 8}`);
  const { stdout } = await ffmpeg(['-f', 'lavfi', '-i', `color=black:s=${width}x${height * kWords.length},format=gray`, '-vf', `${texts.join(',')},format=gray`,
    '-frames:v', '1', '-f', 'rawvideo', 'pipe:1']);
  const coverage = stdout.map((level) => Math.max(0, Math.round(((level - 16) * 255) / 219)));  // black is 16
  return kWords.map((_, i) => coverage.subarray(i * width * height, (i + 1) * width * height));
}

class Screen {
  constructor(width, height) {
    Object.assign(this, { width, height, frame: Buffer.alloc((width * height * 3) / 2, 128) });
  }
  clear({ paper, slope = 0 }) {
    for (let y = 0; y < this.height; ++y) for (let x = 0; x < this.width; ++x) this.frame[y * this.width + x] = Math.round(paper + slope * (x / this.width - 0.5) * paper);
  }
  /** Moves a pixel by `share` of the way to `level`. */
  blend(x, y, level, share) {
    const at = y * this.width + x;
    this.frame[at] = Math.round(this.frame[at] + (level - this.frame[at]) * Math.min(1, Math.max(0, share)));
  }
  cover(cell, coverage, level) {
    for (let y = 0; y < kCell.height; ++y) for (let x = 0; x < kCell.width; ++x) if (coverage[y * kCell.width + x] > 0) this.blend(cell.x + x, cell.y + y, level, coverage[y * kCell.width + x] / 255);
  }
  /** A line two pixels wide with soft edges, between points within a cell. */
  line(cell, [ax, ay], [bx, by], level) {
    const length = Math.hypot(bx - ax, by - ay);
    for (let y = 0; y < kCell.height; ++y)
      for (let x = 0; x < kCell.width; ++x) {
        const along = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length ** 2));
        this.blend(cell.x + x, cell.y + y, level, 1.5 - Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)));
      }
  }
  pointer(cell, [px, py]) {
    kPointer.forEach((row, y) => [...row].forEach((mark, x) => { if (mark !== ' ') this.blend(cell.x + px + x, cell.y + py + y, mark === 'X' ? 20 : 235, 1); }));
  }
  copy(cell) {
    const part = Buffer.alloc(kCell.width * kCell.height);
    for (let y = 0; y < kCell.height; ++y) this.frame.copy(part, y * kCell.width, (cell.y + y) * this.width + cell.x, (cell.y + y) * this.width + cell.x + kCell.width);
    return part;
  }
  paste(cell, part) {
    for (let y = 0; y < kCell.height; ++y) part.copy(this.frame, (cell.y + y) * this.width + cell.x, y * kCell.width, (y + 1) * kCell.width);
  }
  /** What goes on in the corner: never the same twice, as with a camera. */
  speak(area, n, random) {
    for (let y = 0; y < area.height; ++y)
      for (let x = 0; x < area.width; ++x)
        this.frame[(area.y + y) * this.width + area.x + x] = Math.round(120 + 50 * Math.sin((x + 18 * Math.sin(n / 7)) / 9) * Math.cos((y + n * 1.3) / 11) + 6 * random());
  }
}

/** What a cell shows at the slide's beginning; returns how the event is drawn later. */
function prepare(screen, cell, { kind, strength }, { paper, ink }, words, random) {
  const towards = (contrast) => (ink < paper ? paper - contrast : paper + contrast);
  const word = () => words[Math.floor(random() * words.length)];
  const spot = () => [6 + random() * 50, 6 + random() * 20];
  switch (kind) {
    case 'pen':
    case 'pen over a word': {
      if (kind !== 'pen') screen.cover(cell, word(), ink);
      const from = kind === 'pen' ? spot() : [6, 10 + random() * 8];
      const turn = random() * 2 * Math.PI;
      const length = 8 + random() * 16;
      const to = kind === 'pen' ? [Math.min(58, Math.max(5, from[0] + length * Math.cos(turn))), Math.min(27, Math.max(4, from[1] + length * Math.sin(turn)))] : [52, 10 + random() * 8];
      if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 6) to[0] = from[0] > 30 ? from[0] - 10 : from[0] + 10;
      return () => screen.line(cell, from, to, towards(strength));
    }
    case 'pointer': {
      if (random() < 0.5) screen.cover(cell, word(), ink);
      const under = screen.copy(cell);
      const from = [4 + Math.floor(random() * 26), 4 + Math.floor(random() * 12)];
      screen.pointer(cell, from);
      return () => {
        screen.paste(cell, under);
        screen.pointer(cell, [from[0] + strength, from[1]]);
      };
    }
    case 'word': {
      const first = Math.floor(random() * words.length);
      const blank = screen.copy(cell);
      screen.cover(cell, words[first], towards(strength));
      const next = (first + 1 + Math.floor(random() * (words.length - 1))) % words.length;
      return () => {
        screen.paste(cell, blank);
        screen.cover(cell, words[next], towards(strength));
      };
    }
    default: {  // a bullet: a dot and a word, pale
      const text = word();
      const [x, y] = [5, 16];
      return () => {
        screen.line(cell, [x - 2, y - 1], [x - 1, y - 1], towards(strength));
        screen.line(cell, [x - 2, y + 1], [x - 1, y + 1], towards(strength));
        screen.cover({ x: cell.x + 4, y: cell.y, }, text.map((value, i) => (i % kCell.width < kCell.width - 4 ? value : 0)), towards(strength));
      };
    }
  }
}

function shuffled(list, random) {
  for (let i = list.length - 1; i > 0; --i) {
    const other = Math.floor(random() * (i + 1));
    [list[i], list[other]] = [list[other], list[i]];
  }
  return list;
}

/** Kinds and strengths in their shares, in random order. */
function script(count, random) {
  const list = kKinds.flatMap(({ kind, strengths, share }) => Array.from({ length: Math.round((count * share) / 100) }, (_, i) => ({ kind, strength: strengths[i % strengths.length] })));
  return shuffled(list, random);
}

/**
 * Writes the lesson to `path`. Returns {events, frames, width, height}; an event is {kind, strength, frame: number of the first
 * frame that shows it, since: frames of its slide before it, cell: {x, y}, before, after: luma of its cell}.
 */
export async function makeEventsLesson(path, { events: count = 500, width = 640, height = 360, speaker = false, filmed = 0, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const words = await drawWords();
  const screen = new Screen(width, height);
  const corner = { x: width - 196, y: height - 100, width: 192, height: 96 };
  const cells = [];
  for (let y = 4; y + kCell.height <= height - 2; y += kCell.height + 3)
    for (let x = 3; x + kCell.width <= width - 2; x += kCell.width + 5)
      if (!speaker || x + kCell.width < corner.x || y + kCell.height < corner.y) cells.push({ x, y });

  const encoder = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-y', '-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(kRate), '-i', 'pipe:0',
    '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-g', '250', path], { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = once(encoder, 'close');
  let frames = 0;
  const film = async (times) => {
    for (let i = 0; i < times; ++i) {
      if (speaker) screen.speak(corner, frames, random);
      await new Promise((resolve, reject) => { encoder.stdin.write(screen.frame, (error) => (error ? reject(error) : resolve())); });
      frames += 1;
    }
  };

  const events = [];
  const todo = script(count, random);
  for (let slide = 0; todo.length > 0; ++slide) {
    for (let n = 0; n < filmed * kRate; ++n) {
      screen.speak({ x: 0, y: 0, width, height }, frames, random);
      await film(1);
    }
    const look = kPapers[slide % kPapers.length];
    screen.clear(look);
    const open = shuffled([...cells], random);
    const now = todo.splice(0, Math.floor(cells.length * 0.9)).map((event, i) => ({ ...event, cell: open[i], draw: prepare(screen, open[i], event, look, words, random) }));
    for (const cell of open.slice(now.length)) screen.cover(cell, words[Math.floor(random() * words.length)], look.ink);
    const begun = frames;
    await film(kHead);
    while (now.length > 0) {
      const lone = events.length % 10 === 9;
      if (lone) await film(kLoneBefore);
      for (const { draw, ...event } of now.splice(0, lone ? 1 : Math.min(kTogether, 9 - (events.length % 10)))) {
        const before = screen.copy(event.cell);
        draw();
        events.push({ ...event, frame: frames, since: frames - begun, before, after: screen.copy(event.cell) });
      }
      await film(lone ? kLoneAfter : 3);
    }
    await film(kTail);
  }
  encoder.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg cannot write ${path}`);
  return { events, frames, width, height };
}
