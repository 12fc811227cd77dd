// CHALKLINE_REAL_MEDIA=DIR node tests/media/real_media.mjs --chalkline build/release/chalkline [--keep DIR]
//
// The same checks over every file of a folder of real recordings, which are not part of this repository. Exit code 77 (skipped)
// when the variable is not set. What is not known of them (corners, flashes) is not checked; shape, duration and all that a
// version must be are.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureLoudness } from './checks/loudness.mjs';
import { judgeVersion } from './support/judge.mjs';
import { ffprobe, run } from './support/run.mjs';

const { values } = parseArgs({ options: { chalkline: { type: 'string' }, keep: { type: 'string' } } });
const media = process.env.CHALKLINE_REAL_MEDIA;
const kSilentRoom = { lufs: -55, most: -30 }; // a source below the first holds nothing to be lifted; it stays below the second
if (!media) {
  console.log('skipped: CHALKLINE_REAL_MEDIA names no folder');
  process.exit(77);
}
if (!values.chalkline) {
  console.error('which binary? give --chalkline build/release/chalkline');
  process.exit(2);
}

/** [width, height] as displayed: square pixels, upright. */
async function displayOf(path) {
  const { streams } = await ffprobe(path, ['streams']);
  const video = streams.find((stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic);
  if (!video) return undefined;
  const [num, den] = (video.sample_aspect_ratio ?? '1:1').split(':').map(Number);
  // The longer way, as transcode/reading/probe.cpp has it.
  const known = num > 0 && den > 0;
  const wide = known && num > den ? Math.round((video.width * num) / den) : video.width;
  const high = known && num < den ? Math.round((video.height * den) / num) : video.height;
  const turn = Math.abs(Number(video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0));
  return turn % 180 === 90 ? [high, wide] : [wide, high];
}

const root = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), 'chalkline-real-'));
await mkdir(root, { recursive: true });
let failed = 0;
try {
  for (const name of (await readdir(media)).sort()) {
    const source = join(media, name);
    const out = join(root, name);
    await rm(out, { recursive: true, force: true });
    const done = await run(resolve(values.chalkline), ['transcode', source, '--out', out], { timeoutMs: 1_800_000 });
    const problems = [];
    let summary = done.stderr.trim();
    if (done.code === 0) {
      const display = await displayOf(source);
      const loudness = (await measureLoudness(source)).lufs < kSilentRoom.lufs ? { most: kSilentRoom.most } : {};
      const verdict = await judgeVersion(source, out, { marks: false, warnings: 'any', loudness, picture: display && { display } });
      problems.push(...verdict.problems.map(({ check, text }) => `${check}: ${text}`));
      summary = verdict.summary;
    } else {
      problems.push(`exit code ${done.code ?? done.signal}`);
    }
    if (problems.length > 0) failed += 1;
    console.log([`${problems.length > 0 ? 'FAIL' : 'ok  '} ${(done.ms / 1000).toFixed(1).padStart(5)} s  ${name}: ${summary}`, ...problems.map((text) => `       - ${text}`)].join('\n'));
  }
} finally {
  if (!values.keep) await rm(root, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
