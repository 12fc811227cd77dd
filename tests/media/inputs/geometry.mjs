// Inputs, part two: the shape of the picture. Rotation and mirrors by display matrix, pixels that are not square, odd and
// extreme sizes, fields. `picture.display` is what a person sees, in square pixels.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { child, readBoxes } from '../checks/boxes.mjs';
import { makeClapper } from '../support/clapper.mjs';
import { ffmpeg } from '../support/run.mjs';

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** A 320x240 recording whose track header carries `matrix` (a, b, c, d of 14496-12 8.3.2, in whole units). */
async function turned(dir, [a, b, c, d]) {
  const path = await makeClapper(join(dir, 'phone.mp4'), { seconds: 3 });
  const bytes = await readFile(path);
  const moov = readBoxes(bytes).find(({ type }) => type === 'moov');
  const { body } = child({ children: [moov] }, 'moov', 'trak', 'tkhd');
  const at = body.length - 44;
  const shift = (one, size) => (one < 0 ? size : 0);
  [[0, a], [4, b], [12, c], [16, d], [24, shift(a, 320) + shift(c, 240)], [28, shift(b, 320) + shift(d, 240)]].forEach(([offset, value]) => body.writeInt32BE(value * 65536, at + offset));
  await writeFile(path, bytes);
  return path;
}
const phone = (name, matrix, display, corners) => ({ name, make: (dir) => turned(dir, matrix), truth: { picture: { display, corners } } });

const sized = (name, size, { display, sar, rate = 25, seconds = 3, picture = {}, coder = x264 } = {}) => ({
  name,
  make: (dir) => makeClapper(join(dir, 'size.mkv'), { seconds, picture: { size, rate }, video: [...coder, ...(sar ? ['-vf', `setsar=${sar}`] : [])] }),
  truth: { picture: { display: display ?? size.split('x').map(Number), ...picture } },
});
const odd = ['-c:v', 'mpeg4', '-q:v', '2'];  // x264 takes no odd sizes in 4:2:0

/** 25 frames a second made of 50 fields; a tall white bar runs across so that fields differ. */
function fields(name, file, { first, video, audio, mux = [] }) {
  const runner = "null[q];color=c=white:s=14x96:r=50:d=3[r];[q][r]overlay=x='mod(t*400,W)':y=96";
  return {
    name,
    make: (dir) => makeClapper(join(dir, file), {
      seconds: 3, picture: { size: '352x288', rate: 50, extra: runner }, mux, audio,
      video: ['-vf', `tinterlace=mode=interleave_${first},setfield=${first === 'top' ? 'tff' : 'bff'}`, '-flags', '+ildct+ilme', '-top', first === 'top' ? '1' : '0', ...video],
    }),
    truth: { picture: { display: [352, 288] }, combs: [0.6, 1.2, 1.72, 2.2] },
  };
}

export const geometry = [
  phone('phone, turned 90 degrees', [0, 1, -1, 0], [240, 320], ['blue', 'red', 'yellow', 'lime']),
  phone('phone, turned 180 degrees', [-1, 0, 0, -1], [320, 240], ['yellow', 'blue', 'lime', 'red']),
  phone('phone, turned 270 degrees', [0, -1, 1, 0], [240, 320], ['lime', 'yellow', 'red', 'blue']),
  phone('phone, mirrored by its front camera', [-1, 0, 0, 1], [320, 240], ['lime', 'red', 'yellow', 'blue']),
  phone('phone, mirrored and on its side', [0, 1, 1, 0], [240, 320], ['red', 'blue', 'lime', 'yellow']),
  phone('phone, mirrored and on its other side', [0, -1, -1, 0], [240, 320], ['yellow', 'lime', 'blue', 'red']),
  phone('phone, mirrored top to bottom', [1, 0, 0, -1], [320, 240], ['blue', 'yellow', 'red', 'lime']),
  sized('PAL 16:9 with pixels 64:45', '720x576', { display: [1024, 576], sar: '64/45', seconds: 2 }),
  sized('recorder with pixels 4:3', '480x360', { display: [640, 360], sar: '4/3' }),
  sized('pixels taller than wide', '480x240', { display: [480, 360], sar: '2/3', }),
  sized('odd size 853x481', '853x481', { coder: odd }),
  sized('tiny, 17x19', '17x19', { coder: odd, picture: { corners: null } }),
  { ...sized('too small, 15x17', '15x17', { coder: odd }), refused: /15x17.*16x16/, truth: undefined },
  sized('a strip of 4096x16', '4096x16', { seconds: 1, picture: { corners: null } }),
  sized('a column of 16x2048', '16x2048', { seconds: 1, picture: { corners: null } }),
  sized('portrait, 270x480', '270x480'),
  sized('larger than any rung, 2560x1440', '2560x1440', { seconds: 1, rate: 5 }),
  {
    name: 'one pixel',
    make: async (dir) => {
      const path = join(dir, 'pixel.mkv');
      await ffmpeg(['-f', 'lavfi', '-i', 'color=red:s=4x4:r=10:d=2,format=rgb24,crop=1:1', '-c:v', 'ffv1', path]);
      return path;
    },
    refused: /1x1.*16x16/,
  },
  fields('interlaced, MPEG-2, top field first', 'tff.mpg', { first: 'top', video: ['-c:v', 'mpeg2video', '-q:v', '2'], mux: ['-f', 'mpeg'], audio: ['-c:a', 'mp2'] }),
  fields('interlaced, MPEG-2, bottom field first', 'bff.ts', { first: 'bottom', video: ['-c:v', 'mpeg2video', '-q:v', '2'] }),
  fields('interlaced, H.264, top field first', 'tff.mp4', { first: 'top', video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-x264-params', 'tff=1'] }),
];
