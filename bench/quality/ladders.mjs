// Every rung of ours and of the peer's with its bits and its scores, kept in build/ so that benchmarks share them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeLadder } from '../peers/ladder.mjs';
import { addLesson } from '../support/lesson.mjs';
import { run } from '../support/processes.mjs';
import { joinRendition, score } from './score.mjs';

async function remembered(file, key, make) {
  if (existsSync(file)) {
    const known = JSON.parse(readFileSync(file, 'utf8'));
    if (known.key === key) return known.value;
  }
  const value = await make();
  writeFileSync(file, JSON.stringify({ key, value }));
  return value;
}

// kbps: all bytes of the rung, containers included, over the lesson's time. Ours: video apart from audio; the peer's
// audio, which is inside, is counted apart by its own size, so that pictures are compared with pictures.
export async function scoredLadders(name, path, { seconds, model }) {
  const lesson = await addLesson(name, path);
  const peer = await makeLadder(name, path);
  const facts = peer.source;
  const span = Math.min(Number(seconds), facts.duration);
  const folder = `build/bench/quality/${name}`;
  mkdirSync(folder, { recursive: true });
  const version = `${lesson.library}/versions/${lesson.version}`;
  const index = JSON.parse(readFileSync(`${version}/index.json`, 'utf8'));
  const scored = async (label, distorted, key) =>
    remembered(`${folder}/${label}.json`, JSON.stringify([key, span, model ?? '']), () => score({ distorted, source: path, facts, seconds: span, model }));
  const ours = [];
  for (const rendition of index.renditions.filter((r) => r.kind === 'video')) {
    const file = `${folder}/${rendition.id.replace('/', '-')}.mp4`;
    const bytes = await joinRendition(version, rendition.id, file);
    ours.push({
      name: rendition.id, height: rendition.height, bytes, kbps: (bytes * 8) / facts.duration / 1000,
      ...(await scored(`ours-${rendition.id.replace('/', '-')}`, file, lesson.version)),
    });
  }
  const audio = index.renditions.filter((r) => r.kind === 'audio').map((r) => ({ name: r.id, codec: r.codec, kbps: (r.bytes * 8) / facts.duration / 1000 }));
  const theirs = [];
  for (const rung of peer.rungs) {
    const bytes = rung.bytes - (await audioBytes(rung.file));
    theirs.push({ name: `${rung.height}p`, height: rung.shownHeight, bytes, kbps: (bytes * 8) / facts.duration / 1000, kbps_with_audio: rung.kbps, ...(await scored(`peer-${rung.height}`, rung.file, peer.key)) });
  }
  return { name, facts, ours, audio, theirs };
}

async function audioBytes(file) {
  const { out } = await run('ffprobe', ['-v', 'error', '-select_streams', 'a:0', '-show_entries', 'packet=size', '-of', 'csv=p=0', file]);
  return out.split('\n').reduce((sum, line) => sum + (parseInt(line, 10) || 0), 0);
}
