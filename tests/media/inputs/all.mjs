// The whole table of inputs. An entry:
//   name     what it is, unique: `--only` looks for it
//   make     async (dir, trap) -> path: writes the input (and `spare` files) into an empty folder
//   args     dir -> further arguments of `chalkline transcode`
//   refused  a pattern: the input is refused, exit code 4 (or one of `code`), and the sentence on stderr matches it
//   truth    else: what must be true of the published version
//     picture   {display, corners}; {} is the upright 320x240 clapper
//     videos    0: no video rendition is made of it
//     marks     false: flashes and beeps are not compared; 'loose': only their distance is
//     duration  [least, most] seconds, for sources that cannot be measured by their packets
//     loudness  {within, coded}: every audio rendition is measured; LU from the target, 1 where it is {}; coded: {aac, opus}, dB by which a coder may pass the peak
//     languages of the audio renditions, in order; text, title, chapters, warnings, tones, combs, storyboard as the checks take them
//     either    true: may also be refused
//   frugal   true: within 1.2 times the CPU time of an honest film of two minutes, and 1.5 GB of memory, however it ends
import { bombs } from './bombs.mjs';
import { colour } from './colour.mjs';
import { containers } from './containers.mjs';
import { damaged } from './damaged.mjs';
import { geometry } from './geometry.mjs';
import { hostile } from './hostile.mjs';
import { sound } from './sound.mjs';
import { text } from './text.mjs';
import { timing } from './timing.mjs';

export const inputs = [...containers, ...geometry, ...colour, ...timing, ...sound, ...text, ...damaged, ...hostile, ...bombs];

const names = new Set();
for (const { name } of inputs) {
  if (names.has(name)) throw new Error(`two inputs are called "${name}"`);
  names.add(name);
}
