// How captions look: a size and a pair of colours that the learner chose, kept for the next visit. The browser draws the captions;
// while the picture is held, held.ts does, in the same look.
import { recall, remember } from './storage';

export interface Look {
  size: number; // em
  colours: keyof typeof kColours;
}

export const kSizes = [0.8, 1.1, 1.5, 2];
export const kColours = {
  white: ['#fff', 'rgba(0,0,0,.8)'],
  yellow: ['#ff0', 'rgba(0,0,0,.8)'],
  black: ['#000', 'rgba(255,255,255,.9)'],
} as const;

const kKey = 'chalkline.captions';

export const lookNow = (): Look => {
  const known = recall<Look>(kKey);
  return known && known.colours in kColours && kSizes.includes(known.size) ? known : { size: 1.1, colours: 'white' };
};

let sheet: HTMLStyleElement | null = null;

export function wear(look: Look): void {
  const [ink, ground] = kColours[look.colours];
  sheet ??= document.head.appendChild(document.createElement('style'));
  sheet.textContent = `video::cue{font-size:${look.size}em;color:${ink};background:${ground}}#held q{font-size:${look.size}em;color:${ink};background:${ground}}`;
  remember(kKey, look);
}
