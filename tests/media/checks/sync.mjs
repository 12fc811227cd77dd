// When the flash is seen and the beep is heard, found by decoding: the source as ffmpeg presents it against every rendition of
// the version as its media playlist presents it. Both clocks begin at 0 with the lesson.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.mjs';
import { ofKind } from './version.mjs';

export const kOffsetLimit = 0.020;  // seconds between picture and sound
const kRate = 16000;                // Hz at which beeps are looked for
const kWindow = 16;                 // samples, 1 ms

/**
 * Decodes films in one process and finds their marks. `films` is [{path, video, audio, start}]: which of its tracks to look at
 * (the first of each kind), and the time in the film that is 0. Returns [{flashes, beeps}] in seconds; gaps are silence.
 */
export async function findMarks(films) {
  const folder = await mkdtemp(join(tmpdir(), 'chalkline-marks-'));
  try {
    const args = films.flatMap(({ path }) => ['-i', path]);
    films.forEach(({ video, audio, start }, i) => {
      const look = `crop=iw/5:ih/5,scale=8:8:flags=area,format=gray,signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-`;
      const listen = `asetpts=PTS-(${start})/TB,aresample=${kRate}:async=1:min_hard_comp=0.005:first_pts=0,bandpass=f=1000:width_type=h:w=700`;
      if (video) args.push('-map', `${i}:v:0`, '-vf', look.replace('file=-', `file=${join(folder, String(i))}.levels`), '-fps_mode', 'passthrough', '-f', 'null', '-');
      if (audio) args.push('-map', `${i}:a:0`, '-af', listen, '-ac', '1', '-ar', String(kRate), '-f', 's16le', join(folder, `${i}.sound`));
    });
    const done = await run('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-copyts', ...args], { timeoutMs: 600_000 });
    if (done.code !== 0) throw new Error(`cannot look for marks: ${done.stderr}`);
    return await Promise.all(films.map(async ({ video, audio, start }, i) => ({
      flashes: video ? onsets(readLevels(await readFile(join(folder, `${i}.levels`), 'utf8'))).map((at) => at - start) : [],
      beeps: audio ? beepsIn(await readFile(join(folder, `${i}.sound`))) : [],
    })));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function readLevels(text) {
  const levels = [];
  let at;
  for (const line of text.split('\n')) {
    const time = /pts_time:(-?[\d.]+)/.exec(line);
    if (time) at = Number(time[1]);
    const level = /YAVG=([\d.]+)/.exec(line);
    if (level) levels.push({ at, level: Number(level[1]) });
  }
  return levels;
}

/** Times at which a level rises above the middle between its lowest and highest. */
function onsets(levels) {
  if (levels.length === 0) return [];
  const low = Math.min(...levels.map(({ level }) => level));
  const high = Math.max(...levels.map(({ level }) => level));
  if (high - low < 60) return [];
  const middle = (low + high) / 2;
  return levels.filter(({ level }, i) => level > middle && (i === 0 || levels[i - 1].level <= middle)).map(({ at }) => at);
}

/** Times, in seconds, at which the 1 kHz tone begins in 16 bit samples. */
function beepsIn(bytes) {
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)));
  const levels = [];
  for (let at = 0; at + kWindow <= samples.length; at += kWindow) {
    let power = 0;
    for (let i = at; i < at + kWindow; ++i) power += samples[i] * samples[i];
    levels.push(Math.sqrt(power / kWindow));
  }
  const sorted = [...levels].sort((a, b) => a - b);
  const loud = sorted[Math.floor(sorted.length * 0.97)] ?? 0;  // within the beeps, which are a tenth of the time
  if (loud < 200) return [];
  const found = [];
  let quiet = 100;
  levels.forEach((level, i) => {
    if (level > loud * 0.4) {
      if (quiet >= 40) found.push((i * kWindow) / kRate);
      quiet = 0;
    } else {
      quiet += 1;
    }
  });
  return found;
}

/** For each mark that has one within half a second, the nearest of `others` minus it. */
const offsets = (marks, others) => marks.map((mark) => others.map((other) => other - mark).filter((d) => Math.abs(d) < 0.5).sort((a, b) => Math.abs(a) - Math.abs(b))[0]).filter((d) => d !== undefined);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** {flashes, beeps} of a source on the lesson's clock: seconds since its earliest track began. */
export async function sourceMarks(path, facts) {
  const has = (kind) => facts.tracks.some((track) => track.kind === kind);
  const [marks] = await findMarks([{ path, video: has('video'), audio: has('audio'), start: facts.start }]);
  return marks;
}

/**
 * Every rendition against the source's marks: picture within a frame of where it was, sound within 20 ms, and the two
 * within 20 ms of each other as they were in the source. With `loose` only the last: for sources with damage between marks.
 */
export async function checkSync(version, { loose = false, ...marks }, frame, problems) {
  const add = (text) => problems.add('sync', text);
  const videos = ofKind(version, 'video');
  const audios = ofKind(version, 'audio');
  const films = [...videos, ...audios].map((each) => ({ path: join(version.dir, each.path), video: each.kind === 'video', audio: each.kind === 'audio', start: 0 }));
  const found = await findMarks(films);
  const seen = videos.map((video, i) => ({ name: video.folder, flashes: found[i].flashes }));
  const heard = audios.map((audio, i) => ({ name: audio.folder, beeps: found[videos.length + i].beeps }));
  if (!loose) {
    for (const { name, flashes } of seen) compare(name, 'flash', marks.flashes, flashes, frame, add);
    for (const { name, beeps } of heard) compare(name, 'beep', marks.beeps, beeps, kOffsetLimit, add);
  }
  const before = median(offsets(marks.flashes, marks.beeps));
  if (before === undefined) return;
  for (const audio of heard) {
    for (const video of seen) {
      const after = median(offsets(video.flashes, audio.beeps));
      if (after === undefined) add(`${audio.name} has no beep near a flash of ${video.name}`);
      else if (Math.abs(after - before) >= kOffsetLimit) add(`${audio.name} is ${((after - before) * 1000).toFixed(1)} ms off ${video.name}: beep after flash ${(after * 1000).toFixed(1)} ms, in the source ${(before * 1000).toFixed(1)} ms`);
    }
  }
}

function compare(name, what, expected, found, limit, add) {
  if (expected.length !== found.length) return add(`${name}: ${found.length} ${what}es at ${found.map((t) => t.toFixed(3))}, the source has ${expected.length} at ${expected.map((t) => t.toFixed(3))}`);
  expected.forEach((mark, i) => {
    if (Math.abs(found[i] - mark) > limit + 0.0015) add(`${name}: ${what} ${i + 1} at ${found[i].toFixed(3)} s, in the source at ${mark.toFixed(3)} s`);
  });
  return undefined;
}
