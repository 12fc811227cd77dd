// Every check of a published version in one call, cheap ones first. Used by the oddities, by real recordings and by the proof
// that the checks can fail.
import { readFile } from 'node:fs/promises';
import { checkAlone, checkDecode } from './decode.mjs';
import { checkDuration } from './duration.mjs';
import { checkFacts } from './facts.mjs';
import { checkFiles, checkSchema } from './files.mjs';
import { checkCombs, checkPicture, checkTones } from './picture.mjs';
import { checkLoudness } from './loudness.mjs';
import { checkReaders } from './readers.mjs';
import { checkBoundaries, checkIframes, checkSegments, checkTimes } from './segments.mjs';
import { checkStoryboard } from './storyboard.mjs';
import { checkSync } from './sync.mjs';
import { checkBandwidth, checkVariants } from './variants.mjs';
import { checkText } from './text.mjs';
import { loadVersion, Problems } from './version.mjs';

const kSchema = new URL('../../../docs/index.schema.json', import.meta.url);

/**
 * `truth` is what is known of the source: {facts, marks, loudness, picture, tones, combs, text, durationTolerance}; a check whose part
 * is absent does not run. `only`: the names of the checks to run. Returns {problems: [{check, text}], version}.
 */
export async function checkVersion(dir, truth = {}, only = undefined) {
  const problems = new Problems();
  const version = await loadVersion(dir, problems);
  if (!version) return { problems: problems.list };
  const steps = [
    ['files', () => checkFiles(version, problems)],
    ['schema', async () => checkSchema(version, JSON.parse(await readFile(kSchema, 'utf8')), problems)],
    ['storyboard', () => checkStoryboard(version, problems, truth.storyboard)],
    ['facts', () => checkFacts(version, problems)],
    ['segments', () => checkSegments(version, problems)],
    ['times', () => checkTimes(version, problems)],
    ['boundaries', () => checkBoundaries(version, problems)],
    ['iframes', () => checkIframes(version, problems)],
    ['variants', () => checkVariants(version, problems)],
    ['bandwidth', () => checkBandwidth(version, problems)],
    ['readers', () => checkReaders(version, problems)],
    ['decode', () => checkDecode(version, problems)],
    ['alone', () => checkAlone(version, problems)],
    ['duration', truth.facts && (() => checkDuration(version, truth.facts, problems, truth.durationTolerance))],
    ['sync', truth.marks && (() => checkSync(version, truth.marks, truth.facts.frame, problems))],
    ['loudness', truth.loudness && (() => checkLoudness(version, truth.loudness, problems))],
    ['picture', truth.picture && (() => checkPicture(version, truth.picture, problems))],
    ['tones', truth.tones && (() => checkTones(version, truth.tones, problems))],
    ['combs', truth.combs && (() => checkCombs(version, truth.combs, problems))],
    ['text', truth.text && (() => checkText(version, truth.text, problems))],
  ];
  for (const [name, step] of steps) {
    if (!step || (only && !only.includes(name))) continue;
    try {
      await step();
    } catch (error) {
      problems.add(name, error.message);
    }
  }
  return { problems: problems.list, version };
}
