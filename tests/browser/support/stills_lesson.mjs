// The lesson of stills.test.mjs: slides in colours that a machine can tell apart, one of which stands still for half a minute;
// pen strokes; flashes that begin with a beep, before and after the still.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addedBy } from './lesson.mjs';
import { run } from './run.mjs';

export const kSeconds = 56;
export const kStill = { from: 5, to: 36 };        // seconds
export const kFlashes = { before: [1, 2.4, 3.4], after: [37.4, 38.6, 40.2, 41.4] };
export const kFlashLength = 0.24;
export const kSlides = [[0, 4, '203060'], [4, 40, 'd0d8c0'], [40, 46, '206030'], [46, kSeconds, '902080']];
const kStrokes = [0.6, 1.8, 4.4, 4.7, kStill.from, kStill.to, 36.3, 36.6, 42.5, 43.1, 47, 47.3, 48.8];

/** Red, green and blue of the slide that is shown at a time (flashes apart). */
export function slideAt(seconds) {
  const colour = parseInt(kSlides.find(([, to]) => seconds < to)[2], 16);
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

const within = (from, to) => `between(t\\,${from - 0.001}\\,${to - 0.001})`;

/** Makes the recording and adds it to a fresh library; returns {library, lesson: its id}. */
export async function addStills(chalkline, folder) {
  await mkdir(folder, { recursive: true });
  const source = join(folder, 'stills.mkv');
  const flashes = [...kFlashes.before, ...kFlashes.after];
  const picture = [
    `color=black:s=640x360:r=25:d=${kSeconds},format=rgb24`,
    ...kSlides.map(([from, to, colour]) => `drawbox=color=0x${colour}:t=fill:enable='${within(from, to)}'`),
    ...kStrokes.map((at, i) => `drawbox=x=${40 + 40 * i}:y=${250 + (i % 3) * 30}:w=30:h=2:color=${i % 2 ? 'black' : 'white'}:t=fill:enable='gte(t\\,${at - 0.001})'`),
    ...flashes.map((at) => `drawbox=color=white:t=fill:enable='${within(at, at + kFlashLength)}'`),
  ].join(',');
  const beeps = `aevalsrc='0.5*sin(2*PI*1000*t)*(${flashes.map((at) => `gte(t\\,${at})*lt(t\\,${at + kFlashLength})`).join('+')})':s=48000:d=${kSeconds}`;
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', beeps, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-c:a', 'flac', source]);
  const library = join(folder, 'stills-library');
  const config = join(folder, 'stills.yaml');
  await writeFile(config, 'transcode:\n  x264_preset: veryfast\n  av1: off\n');
  await rm(library, { recursive: true, force: true });
  const out = await run(chalkline, ['add', source, '--title', 'Stills', '--library', library, '--config', config, '--json']);
  return { library, lesson: addedBy(out) };
}
