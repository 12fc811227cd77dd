// ./chalk bench transcode: `chalkline transcode` against one ffmpeg process that makes the same rungs at the same settings from
// one decode (split filter), in turn A B A B. Leaves bench/results/transcode.{json,md}.
import { readFileSync, readdirSync, rmSync, statSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { namedFile, readArguments } from '../support/arguments.mjs';
import { costOf } from '../support/cost.mjs';
import { sampleLesson } from '../support/lesson.mjs';
import { probe } from '../support/probe.mjs';
import { circumstances, median, show, table, writeResults } from '../support/results.mjs';

const options = readArguments('transcode: time, CPU and memory against ffmpeg making the same rungs at the same settings', {
  lesson: { multiple: true, help: 'NAME=FILE, may be repeated; without one, the sample lesson' },
  rounds: { default: '3', help: 'how often each is run' },
});
const lessons = options.lesson ? options.lesson.map(namedFile) : [{ name: 'sample', path: await sampleLesson() }];
const kWork = 'build/bench/transcode';

// The shipped settings, from the configuration file that documents them.
function settings() {
  const text = readFileSync('config/chalkline.yaml', 'utf8');
  const rungs = [...text.matchAll(/\{height: (\d+), crf: ([\d.]+), max_kbps: (\d+)\}/g)].map(([, height, crf, kbps]) => ({ height: Number(height), crf, kbps: Number(kbps) }));
  const value = (key) => new RegExp(`^  ${key}: (\\S+)`, 'm').exec(text)[1];
  return { rungs, preset: value('x264_preset'), opus: value('opus_mono_kbps'), aac: value('aac_mono_kbps'), segment: parseFloat(value('segment_target')) };
}

// One decode, a scale and an encode per rung of the version that chalkline made, both audio codecs.
function ffmpegCommand(source, path, version, out) {
  const shipped = settings();
  const index = JSON.parse(readFileSync(join(version, 'index.json'), 'utf8'));
  const video = index.renditions.filter((r) => r.kind === 'video');
  const audio = index.renditions.filter((r) => r.kind === 'audio');
  const filter = `[0:v]split=${video.length}${video.map((_, i) => `[i${i}]`).join('')};${video.map((r, i) => `[i${i}]scale=${r.width}:${r.height}[v${i}]`).join(';')}`;
  const args = ['-v', 'error', '-y', '-i', path, '-filter_complex', filter];
  video.forEach((r, i) => {
    const shorter = Math.min(r.width, r.height);
    const rung = shipped.rungs.find((one) => one.height >= shorter) ?? shipped.rungs[shipped.rungs.length - 1];
    args.push('-map', `[v${i}]`, '-c:v', 'libx264', '-preset', shipped.preset, '-crf', rung.crf, '-maxrate', `${rung.kbps}k`, '-bufsize', `${rung.kbps * 2}k`,
      '-force_key_frames', `expr:gte(t,n_forced*${shipped.segment})`, '-pix_fmt', 'yuv420p', '-movflags', '+frag_keyframe+empty_moov', join(out, `${i}.mp4`));
  });
  audio.forEach((r, i) => {
    args.push('-map', '0:a:0', '-ac', '1', '-c:a', r.codec === 'opus' ? 'libopus' : 'aac', '-b:a', `${r.codec === 'opus' ? shipped.opus : shipped.aac}k`,
      '-movflags', '+frag_keyframe+empty_moov', join(out, `a${i}.mp4`));
  });
  return { args, rungs: video.length, fps: source.fps };
}

const bytesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => sum + (entry.isFile() ? statSync(join(entry.path ?? folder, entry.name)).size : 0), 0);

const results = [];
for (const { name, path } of lessons) {
  const source = await probe(path);
  const version = `${kWork}/${name}-ours`;
  const out = `${kWork}/${name}-ffmpeg`;
  const runs = { ours: [], ffmpeg: [] };
  mkdirSync(out, { recursive: true });
  for (let round = 0; round < Number(options.rounds); round++) {
    rmSync(version, { recursive: true, force: true });
    runs.ours.push(await costOf(process.env.CHALKLINE, ['transcode', path, '--out', version, '--json']));
    const { args } = ffmpegCommand(source, path, version, out);
    runs.ffmpeg.push(await costOf('ffmpeg', args));
  }
  const middle = (who, key) => median(runs[who].map((r) => r[key]));
  results.push({
    lesson: name, seconds: source.duration,
    ...Object.fromEntries(['ours', 'ffmpeg'].map((who) => [who, { wall_s: middle(who, 'wall_s'), cpu_s: middle(who, 'cpu_s'), peak_mb: middle(who, 'peak_mb') }])),
    bytes: { ours: bytesIn(version), ffmpeg: bytesIn(out) }, runs,
  });
}
const rows = results.flatMap((r) => ['ours', 'ffmpeg'].map((who) => [
  r.lesson, who, show(r[who].wall_s), show(r[who].cpu_s), show(r.seconds / r[who].wall_s), show(r[who].peak_mb, 0), show(r.bytes[who] / 1e6, 2),
]));
const markdown = `# Transcoding, against ffmpeg making the same rungs

Medians of ${options.rounds}, in turn. ffmpeg: one process, one decode, the split filter, the same presets, CRFs and ceilings; it encodes every frame,
while ours leaves repeated ones out, and it only writes files, while ours also makes playlists, hashes and compressed copies.

${table(['lesson', '', 'wall, s', 'CPU, s', 'times real time', 'peak memory, MB', 'written, MB'], rows)}`;
writeResults('transcode', { json: { ...circumstances(), results }, markdown });
process.stdout.write(markdown);
