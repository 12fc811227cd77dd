// How loud a learner hears it: every audio rendition decoded and measured by ffmpeg's ebur128 (EBU R 128, ITU-R BS.1770), which
// shares no code with what set the level.
import { join } from 'node:path';
import { run } from '../support/run.mjs';
import { ofKind } from './version.mjs';

export const kLoudness = { lufs: -16, within: 1, peak: -1 }; // the bars: LUFS, LU, dBTP
const kDigits = 0.05; // ebur128 prints tenths

/** {lufs, peak} of a file's first audio track; -Infinity where there is nothing to hear. */
export async function measureLoudness(path) {
  const done = await run('ffmpeg', ['-hide_banner', '-nostdin', '-nostats', '-i', path, '-vn', '-af', 'ebur128=peak=true', '-f', 'null', '-'], { timeoutMs: 120_000 });
  const summary = done.stderr.slice(done.stderr.lastIndexOf('Summary:'));
  const figure = (pattern) => Number(pattern.exec(summary)?.[1]?.replace('inf', 'Infinity') ?? -Infinity);
  return { lufs: figure(/I:\s+(-?[\d.]+|-inf) LUFS/), peak: figure(/Peak:\s+(-?[\d.]+|-inf) dBFS/) };
}

/**
 * `truth.within`: LU from the target that are allowed; `truth.most`: LUFS that a track without a voice stays below, instead of
 * the target; `truth.coded`: {aac, opus}, dB by which that coder may pass the peak: 0 where nothing is said.
 */
export async function checkLoudness(version, truth, problems) {
  for (const audio of ofKind(version, 'audio')) {
    const { lufs, peak } = await measureLoudness(join(version.dir, audio.path));
    const add = (text) => problems.add('loudness', `${audio.folder}: ${text}`);
    if (truth.most !== undefined) {
      if (lufs > truth.most) add(`${lufs} LUFS of a track in which nobody speaks, ${truth.most} is the most`);
    } else if (Math.abs(lufs - kLoudness.lufs) > (truth.within ?? kLoudness.within) + kDigits) {
      add(`${lufs} LUFS, ${kLoudness.lufs} is wanted`);
    }
    const coder = audio.about?.codecs === 'opus' ? 'opus' : 'aac';
    if (peak > kLoudness.peak + (truth.coded?.[coder] ?? 0) + kDigits) add(`true peak ${peak} dBTP, ${kLoudness.peak} is the most`);
  }
}
