// A recording that is shorter than a visit, repeated: its packets are copied end to end, nothing is encoded again.
import { hashOf, keptFolder } from './cache.mjs';
import { probe } from './probe.mjs';
import { run } from './processes.mjs';

// How often to play it to fill `seconds`. Pure.
export const repeatsFor = (duration, seconds) => Math.max(1, Math.ceil(seconds / duration - 1e-6));

// The file itself where it is long enough, else one in the cache that is.
export async function looped(path, seconds) {
  const { duration } = await probe(path);
  const repeats = repeatsFor(duration, seconds);
  if (repeats === 1) return path;
  const folder = await keptFolder('looped', [await hashOf(path), repeats], (fresh) =>
    run('ffmpeg', ['-v', 'error', '-nostdin', '-stream_loop', String(repeats - 1), '-i', path, '-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', `${fresh}/lesson.mp4`]));
  return `${folder}/lesson.mp4`;
}
