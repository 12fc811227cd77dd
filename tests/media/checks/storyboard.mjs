// image/storyboard.vtt: cues from 0 on without a gap, each a rectangle inside a sheet that is listed, sheets within 40 kB; and
// that the small pictures are those of the lesson, where colours are known.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffprobe } from '../support/run.mjs';
import { grab, nearestColour } from './picture.mjs';

const kSheetBytes = 40_000;
const kCues = 'image/storyboard.vtt';
const seconds = (clock) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

function readCues(text) {
  const [head, ...blocks] = text.trimEnd().split('\n\n');
  if (head !== 'WEBVTT') throw new Error(`it begins with ${JSON.stringify(head)}`);
  return blocks.map((block) => {
    const found = /^(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\n([^#\n/]+)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(block);
    if (!found) throw new Error(`this is no cue of a storyboard: ${JSON.stringify(block)}`);
    const [x, y, width, height] = found.slice(4).map(Number);
    return { start: seconds(found[1]), end: seconds(found[2]), sheet: `image/${found[3]}`, x, y, width, height };
  });
}

/** `known`: [{at, x, y, colour}], x and y as fractions of the picture; where it is given there must be a storyboard. */
export async function checkStoryboard(version, problems, known = []) {
  const add = (text) => problems.add('storyboard', text);
  const { dir, index } = version;
  const listed = new Map((index.files ?? []).map((file) => [file.path, file]));
  if (!listed.has(kCues)) {
    if (known.length > 0) add(`there is no ${kCues}`);
    return;
  }
  const cues = readCues(await readFile(join(dir, kCues), 'utf8'));
  let until = 0;
  for (const { start, end } of cues) {
    if (start !== until || end <= start) add(`a cue from ${start} to ${end} s follows one that ends at ${until} s`);
    until = end;
  }
  if (until > index.duration_ms / 1000 + 0.001) add(`the last cue ends at ${until} s, after the lesson`);
  for (const path of new Set(cues.map(({ sheet }) => sheet))) {
    if (!listed.has(path)) {
      add(`${path} is not in the index`);
      continue;
    }
    if (listed.get(path).bytes > kSheetBytes) add(`${path} has ${listed.get(path).bytes} bytes`);
    const { streams: [{ codec_name: codec, width, height }] } = await ffprobe(join(dir, path), ['streams']);
    if (codec !== 'mjpeg') add(`${path} is ${codec}`);
    for (const tile of cues.filter(({ sheet }) => sheet === path))
      if (tile.x + tile.width > width || tile.y + tile.height > height) add(`the tile of ${tile.start} s ends outside of ${path}`);
  }
  for (const { at, x, y, colour } of known) {
    const tile = cues.find(({ start, end }) => start <= at && at < end);
    if (!tile || !listed.has(tile.sheet)) {
      add(`there is no tile for ${at} s`);
      continue;
    }
    const size = 32;
    const pixels = await grab(join(dir, tile.sheet), { width: size, height: size, filters: [`crop=${tile.width}:${tile.height}:${tile.x}:${tile.y}`] });
    const place = (Math.floor(y * size) * size + Math.floor(x * size)) * 3;
    const seen = nearestColour([...pixels.subarray(place, place + 3)]);
    if (seen !== colour) add(`the tile of ${at} s is ${seen} (${[...pixels.subarray(place, place + 3)]}), ${colour} expected`);
  }
}
