// Inputs, part four: clocks. Variable and extreme frame rates, tracks that begin late, clocks that do not begin at zero or
// wrap, edit lists, gaps, very short and very still films.
import { join } from 'node:path';
import { makeClapper } from '../support/clapper.mjs';
import { ffmpeg } from '../support/run.mjs';

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const clapper = (name, file, options = {}, truth = {}) => ({ name, make: (dir) => makeClapper(join(dir, file), options), truth: { picture: {}, ...truth } });
const rate = (name, fps, seconds, options = {}, truth = {}) => clapper(name, 'rate.mp4', { seconds, picture: { rate: fps }, ...options }, truth);

/** A clapper of 5 s, and what `change` (ffmpeg arguments before and after `-i`) makes of it. */
const derived = (name, file, before, after, truth = {}) => ({
  name,
  make: async (dir) => {
    const raw = await makeClapper(join(dir, 'raw.mkv'), { seconds: 5, video: [...x264, '-g', '25'], audio: ['-c:a', 'aac'] });
    const path = join(dir, file);
    await ffmpeg([...before(raw), ...after, path]);
    return path;
  },
  spare: ['raw.mkv'],
  truth: { picture: {}, ...truth },
});
const copied = (options) => (raw) => [...options, '-i', raw];
const split = (videoOffset, audioOffset) => (raw) => ['-itsoffset', String(videoOffset), '-i', raw, '-itsoffset', String(audioOffset), '-i', raw, '-map', '0:v', '-map', '1:a'];
const copy = ['-c', 'copy'];

export const timing = [
  rate('60 frames a second', 60, 3),
  rate('120 frames a second', 120, 2),
  rate('29.97 frames a second', '30000/1001', 5),
  rate('23.976 frames a second', '24000/1001', 5),
  rate('10 frames a second', 10, 5),
  rate('one frame a second', 1, 6, {}, { marks: false }),
  rate('one frame', 25, 0.04, { audio: false }, { marks: false }),
  rate('0.3 seconds', 30, 0.3, {}, { marks: false }),
  rate('one key frame in 15 seconds', 25, 15, { video: [...x264, '-g', '9999', '-sc_threshold', '0'] }),
  rate('an open GOP with many B-frames', 25, 5, { video: ['-c:v', 'libx264', '-preset', 'fast', '-pix_fmt', 'yuv420p', '-bf', '5', '-b_strategy', '0', '-x264-params', 'open-gop=1:keyint=30:b-pyramid=normal'] }),
  clapper('variable frame rate with a 5 s still', 'phone.mp4', {
    seconds: 9, video: ['-vf', "select='lt(t,2)+gte(t,7)',select='not(eq(mod(n,7),3))'", '-fps_mode', 'vfr', ...x264],
  }),
  clapper('a still that ends the film', 'end.mkv', {
    seconds: 6, video: ['-vf', "select='lt(t,2)'", '-fps_mode', 'vfr', ...x264],
  }),
  derived('sound 1.5 s after picture, mp4', 'late.mp4', split(0, 1.5), copy),
  derived('sound 1.5 s after picture, mkv', 'late.mkv', split(0, 1.5), copy),
  derived('sound 1.5 s before picture, mp4', 'early.mp4', split(1.5, 0), copy),
  derived('sound 1.5 s before picture, mkv', 'early.mkv', split(1.5, 0), copy),
  derived('sound 1.5 s after picture, ts', 'late.ts', split(0, 1.5), copy),
  derived('a clock that begins at one hour', 'hour.ts', copied([]), [...copy, '-output_ts_offset', '3600']),
  derived('a clock that wraps at 2^33', 'wrap.ts', copied([]), [...copy, '-muxdelay', '0', '-muxpreload', '0', '-output_ts_offset', '95441']),
  derived('a clock that begins at 77 s, mkv', 'late.mkv', copied([]), [...copy, '-output_ts_offset', '77']),
  derived('a clock that begins at 77 s, mp4', 'late.mp4', copied([]), [...copy, '-output_ts_offset', '77', '-movflags', '+frag_keyframe+empty_moov+default_base_moof']),
  derived('an edit list that trims the start', 'trim.mp4', copied(['-ss', '1.3']), copy),
  derived('an edit list that trims the start, mov', 'trim.mov', copied(['-ss', '0.72']), copy),
  derived('a film without edit lists', 'plain.mp4', copied([]), [...copy, '-use_editlist', '0']),
  derived('a gap of one second in the sound', 'gap.mkv', (raw) => ['-i', raw, '-af', "aselect='not(between(t,1.8,2.8))'"], ['-c:v', 'copy', '-c:a', 'pcm_s16le']),
  derived('a gap of one second in both, ts', 'gap.ts', (raw) => ['-i', raw, '-af', "aselect='not(between(t,2,3))'", '-vf', "select='not(between(t,2,2.99))'", '-fps_mode', 'vfr'], [...x264, '-c:a', 'aac']),
  derived('sound 2 s longer than picture', 'long.mp4', (raw) => ['-i', raw, '-t', '3', '-i', raw, '-map', '1:v', '-map', '0:a'], copy),
  derived('picture 2 s longer than sound', 'short.mp4', (raw) => ['-i', raw, '-t', '3', '-i', raw, '-map', '0:v', '-map', '1:a'], copy),
  clapper('no sound', 'silent.mp4', { seconds: 3, audio: false }),
];
