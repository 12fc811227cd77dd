// What is seen: size and shape, which way is up, colours, tone of HDR patches, combs of interlacing. Decodes one frame a
// rendition with ffmpeg and looks at it.
import { join } from 'node:path';
import { run } from '../support/run.mjs';
import { ofKind } from './version.mjs';

const kColours = { red: [255, 0, 0], lime: [0, 255, 0], blue: [0, 0, 255], yellow: [255, 255, 0], grey: [96, 96, 96], white: [255, 255, 255], black: [0, 0, 0] };

/** The first frame at or after `at` seconds as {width, height, data} in `format`, scaled to width x height unless 0. */
export async function grab(path, { at = 0, width = 0, height = 0, format = 'rgb24', filters = [] } = {}) {
  const chain = [...filters, ...(width > 0 ? [`scale=${width}:${height}:flags=area`] : []), `format=${format}`].join(',');
  const done = await run('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-i', path, '-ss', String(at), '-map', '0:v:0', '-vf', chain, '-frames:v', '1', '-f', 'rawvideo', '-']);
  if (done.code !== 0 || done.stdout.length === 0) throw new Error(`no frame at ${at} s of ${path}: ${done.stderr}`);
  return done.stdout;
}

/** Means of the four corner patches, the grey at the left edge and the dark middle as [r, g, b]. */
export async function corners(path, at) {
  const size = 64;
  const pixels = await grab(path, { at, width: size, height: size });
  const mean = (x0, y0, span) => {
    const sum = [0, 0, 0];
    for (let y = y0; y < y0 + span; ++y) for (let x = x0; x < x0 + span; ++x) for (let c = 0; c < 3; ++c) sum[c] += pixels[(y * size + x) * 3 + c];
    return sum.map((total) => total / (span * span));
  };
  const far = size - 12;
  return { patches: [mean(4, 4, 8), mean(far, 4, 8), mean(4, far, 8), mean(far, far, 8)], grey: mean(6, 28, 6), dark: mean(28, 28, 8) };
}

export function nearestColour(rgb) {
  const distance = (name) => Math.hypot(...kColours[name].map((value, i) => value - rgb[i]));
  return Object.keys(kColours).sort((a, b) => distance(a) - distance(b))[0];
}

/** `display` is [width, height] with square pixels, upright; `corners` as in clapper.kCorners. */
export async function checkPicture(version, { display, corners: expected, at = 0, tolerance = 90, greys = [96, 32] }, problems) {
  const add = (text) => problems.add('picture', text);
  const videos = ofKind(version, 'video');
  const [width, height] = display;
  videos.forEach((video) => {
    const { about } = video;
    if (about.width % 2 || about.height % 2) add(`${video.folder} is ${about.width}x${about.height}: odd`);
    if (about.width > width || about.height > height) add(`${video.folder} is ${about.width}x${about.height}, larger than the source's ${width}x${height}`);
    // Even sizes cost up to two pixels of shape either way.
    const ideal = (about.height * width) / height;
    if (Math.abs(about.width - ideal) > 2 + (2 * width) / height && Math.abs(about.height - (about.width * height) / width) > 2) add(`${video.folder} is ${about.width}x${about.height}, the source's shape is ${width}x${height}`);
    if (about.chroma !== 1 || about.depth !== 8) add(`${video.folder}: chroma format ${about.chroma}, ${about.depth} bit: phones need 4:2:0 at 8 bit`);
    if (!about.frameOnly) add(`${video.folder} is coded for fields`);
    if (about.sar && about.sar[0] !== about.sar[1]) add(`${video.folder} has sample aspect ratio ${about.sar.join(':')}`);
    if (about.colour && [9, 16, 18].some((hdr) => [about.colour.primaries, about.colour.transfer].includes(hdr))) add(`${video.folder} is tagged HDR: ${JSON.stringify(about.colour)}`);
    if (about.fullRange) add(`${video.folder} is tagged full range`);
  });
  const tallest = videos.at(-1)?.about;
  if (tallest && Math.min(tallest.width, tallest.height) < Math.min(width, height, 1080) * 0.5) add(`the best rung is ${tallest.width}x${tallest.height} of a ${width}x${height} source`);
  if (!expected) return;
  for (const video of videos) {
    const { patches, grey, dark } = await corners(join(version.dir, video.path), at);
    patches.forEach((rgb, i) => {
      const off = Math.hypot(...kColours[expected[i]].map((value, c) => value - rgb[c]));
      const name = nearestColour(rgb);
      if (name !== expected[i] || off > tolerance) add(`${video.folder}: the ${['top left', 'top right', 'bottom left', 'bottom right'][i]} patch is ${name} (${rgb.map(Math.round)}), ${expected[i]} expected`);
    });
    // Greys are where a wrong range or a colour cast shows.
    [grey, dark].forEach((seen, k) => {
      if (greys && seen.some((value) => Math.abs(value - greys[k]) > 7)) add(`${video.folder}: grey ${greys[k]} came out as ${seen.map(Math.round)}`);
    });
  }
}

/** Share of pixels that differ from both their upper and lower neighbours in the same direction: the comb of two fields. */
export function combShare(luma, width, height) {
  const kStep = 24;
  let combed = 0;
  for (let y = 1; y + 1 < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const here = luma[y * width + x];
      const up = here - luma[(y - 1) * width + x];
      const down = here - luma[(y + 1) * width + x];
      if ((up > kStep && down > kStep) || (up < -kStep && down < -kStep)) ++combed;
    }
  }
  return combed / (width * (height - 2));
}

/** No comb in the tallest rung at any of `times`. */
export async function checkCombs(version, times, problems, limit = 0.002) {
  const video = ofKind(version, 'video').at(-1);
  const { width, height } = video.about;
  for (const at of times) {
    const luma = await grab(join(version.dir, video.path), { at, format: 'gray' });
    const share = combShare(luma, width, height);
    if (share > limit) problems.add('combs', `${video.folder} at ${at} s: ${(share * 100).toFixed(2)} % of the pixels are combed`);
  }
}

/** Means of luma (0..255, video range) in named places: {x, y, low, high} with x and y as fractions of the picture. */
export async function checkTones(version, tones, problems, at = 0) {
  for (const video of ofKind(version, 'video')) {
    const size = 64;
    const luma = await grab(join(version.dir, video.path), { at, width: size, height: size, format: 'yuv420p' });
    for (const { name, x, y, low, high } of tones) {
      let sum = 0;
      for (let dy = -3; dy < 3; ++dy) for (let dx = -3; dx < 3; ++dx) sum += luma[(Math.round(y * size) + dy) * size + Math.round(x * size) + dx];
      const mean = sum / 36;
      if (mean < low || mean > high) problems.add('tones', `${video.folder}: ${name} has luma ${mean.toFixed(0)}, ${low} to ${high} expected`);
    }
  }
}
