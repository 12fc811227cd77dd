// Inputs, part seven: recordings that broke. What can be read is published with a warning in the index; what cannot is refused.
import { open, readFile, truncate, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeClapper } from '../support/clapper.mjs';
import { ffmpeg } from '../support/run.mjs';

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];

/** A 6 s clapper cut off at `share` of its bytes. `atLeast`: seconds that must come through. */
const cut = (name, file, share, atLeast, options = {}, truth = {}) => ({
  name,
  make: async (dir) => {
    const path = await makeClapper(join(dir, file), { seconds: 6, video: x264, ...options });
    const { size } = await stat(path);
    await truncate(path, Math.floor(size * share) - 1);
    return path;
  },
  truth: { picture: {}, duration: [atLeast, 6.1], warnings: 'some', marks: 'loose', ...truth },
});

async function overwrite(path, at, bytes) {
  const file = await open(path, 'r+');
  try {
    await file.write(bytes, 0, bytes.length, at);
  } finally {
    await file.close();
  }
}
const noise = (length) => Buffer.from(Array.from({ length }, (_, i) => (i * 197 + (i >> 3) * 31 + 11) % 251));

export const damaged = [
  cut('mp4 cut at 60 %, moov in front', 'cut.mp4', 0.6, 2.5, { mux: ['-movflags', '+faststart'] }),
  cut('mp4 in fragments, cut', 'cut.mp4', 0.6, 2, { mux: ['-movflags', '+frag_keyframe+empty_moov'] }),
  cut('mkv cut at 60 %', 'cut.mkv', 0.6, 2.5),
  cut('webm cut at 70 %', 'cut.webm', 0.7, 2.5, { video: ['-c:v', 'libvpx', '-threads', '1', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-pix_fmt', 'yuv420p'], audio: ['-c:a', 'libopus'] }),
  cut('ts cut inside a packet', 'cut.ts', 0.6, 2.5, {}, { warnings: undefined }),
  cut('avi cut, its index lost', 'cut.avi', 0.6, 2.5, { video: ['-c:v', 'mpeg4', '-q:v', '3', '-g', '25'], audio: ['-c:a', 'libmp3lame'] }),
  cut('flv cut at 60 %', 'cut.flv', 0.6, 2.5, {}, { warnings: undefined }),
  cut('wav cut at 50 %', 'cut.wav', 0.5, 2.9, { video: false, audio: ['-c:a', 'pcm_s16le'] }, { videos: 0, picture: undefined, warnings: undefined }),
  {
    ...cut('mp4 whose moov was never written', 'recorder.mp4', 0.6, 0),
    truth: undefined, refused: /recorder\.mp4/,
  },
  {
    name: 'a hole in the middle of a ts',
    make: async (dir) => {
      const path = await makeClapper(join(dir, 'hole.ts'), { seconds: 6, video: x264 });
      const bytes = await readFile(path);
      const at = Math.floor(bytes.length * 0.45 / 188) * 188;
      await writeFile(path, Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 188 * 60)]));
      return path;
    },
    truth: { picture: {}, duration: [5.5, 6.2], marks: 'loose' },
  },
  {
    name: 'noise in the middle of an mkv',
    make: async (dir) => {
      const path = await makeClapper(join(dir, 'noise.mkv'), { seconds: 6, video: x264 });
      await overwrite(path, Math.floor((await stat(path)).size * 0.45), noise(3000));
      return path;
    },
    truth: { picture: {}, duration: [4, 6.2], marks: 'loose' },
  },
  {
    name: 'coded pictures that are noise',
    make: async (dir) => {
      const path = await makeClapper(join(dir, 'pictures.mp4'), { seconds: 6, video: x264, mux: ['-movflags', '+faststart'] });
      const { size } = await stat(path);
      for (const share of [0.5, 0.6, 0.7]) await overwrite(path, Math.floor(size * share), noise(600));
      return path;
    },
    truth: { picture: {}, duration: [5.5, 6.2], marks: 'loose' },
  },
  {
    name: 'a ts that changes its size half way',
    make: async (dir) => {
      const parts = [];
      for (const [i, size] of ['320x240', '480x360'].entries()) {
        const part = await makeClapper(join(dir, `part${i}.ts`), { seconds: 3, picture: { size }, video: x264, mux: ['-output_ts_offset', String(i * 3), '-muxdelay', '0', '-muxpreload', '0'] });
        parts.push(await readFile(part));
      }
      const path = join(dir, 'change.ts');
      await writeFile(path, Buffer.concat(parts));
      return path;
    },
    spare: ['part0.ts', 'part1.ts'],
    truth: { picture: { corners: undefined, display: [320, 240], later: 4.7 }, duration: [5.8, 6.2], marks: 'loose' },
  },
  {
    name: 'a picture of an unknown codec beside sound',
    make: async (dir) => {
      const path = await makeClapper(join(dir, 'codec.mp4'), { seconds: 3, video: x264, mux: ['-movflags', '+faststart'] });
      const bytes = await readFile(path);
      bytes.write('zz99', bytes.indexOf('avc1', bytes.indexOf('stsd')), 'latin1');
      await writeFile(path, bytes);
      return path;
    },
    truth: { videos: 0, marks: false, duration: [2.9, 3.2], warnings: 'some' },
  },
  {
    name: 'an empty video track beside sound',
    make: async (dir) => {
      const path = join(dir, 'empty.mp4');
      const raw = await makeClapper(join(dir, 'raw.mp4'), { seconds: 3, video: x264 });
      // The video track is kept in the header, none of its packets are.
      await ffmpeg(['-i', raw, '-map', '0', '-c', 'copy', '-bsf:v', 'noise=drop=1', path]);
      return path;
    },
    spare: ['raw.mp4'],
    truth: { videos: 0, marks: false, duration: [2.9, 3.2] },
  },
  {
    name: 'a header and no packets',
    make: async (dir) => {
      const path = join(dir, 'hollow.mp4');
      const raw = await makeClapper(join(dir, 'raw.mp4'), { seconds: 3, video: x264 });
      await ffmpeg(['-i', raw, '-map', '0', '-c', 'copy', '-bsf:v', 'noise=drop=1', '-bsf:a', 'noise=drop=1', path]);
      return path;
    },
    spare: ['raw.mp4'],
    refused: /hollow\.mp4/,
  },
];
