// node tests/media/events.mjs --chalkline build/release/chalkline [--events 500] [--size 640x360] [--keep DIR] [--only slides|speaker|turns]
//
// Nothing is lost: generated lessons of 500 small events each (slides; slides beside a speaker), and one of 150 on slides that
// take turns with a camera, go through `chalkline transcode`, the last as configured by default, the others three times:
// - at a very fine quality: every event is there within 200 ms, so that none is swallowed by frame
//   dropping or by the parts of a slide that are held;
// - as configured by default, on the planned ladder: every event is there in every rung that is meant to be readable;
// - without transcode.pale_details: every pointer and word is, and every stroke of a contrast of 100 and more. How many of the
//   pale rest a rung smears is printed: what the key is for.
// Events that nobody drew, and events said to come a second before they did, are asked for as well and must be missed: the
// test can fail. Run by CTest as media_events. Strength is contrast in luma levels; pixels for a pointer.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { eventsSeen, kVisible } from './checks/events_seen.mjs';
import { kRate, makeEventsLesson } from './support/events_lesson.mjs';
import { run } from './support/run.mjs';

const kReadable = 85;  // quality on the planner's scale
const kDecoys = 40;    // of each kind
const kFine = (height) => `transcode: {fixed_ladder: true, ladder: [{height: ${height}, crf: 12, max_kbps: 20000}]}\n`;
const kDefault = 'transcode: {measure_ordinary: false}\n';
const kCoarse = 'transcode: {measure_ordinary: false, pale_details: false}\n';
// What no rung smears at its usual quantiser.
const isPlain = ({ kind, strength }) => kind === 'pointer' || kind === 'word' || strength >= 100;

const kWays = (height) => [['fine', kFine(height), () => true], ['default', kDefault, () => true], ['without pale_details', kCoarse, isPlain]];
const kLessons = {
  slides: { name: 'slides', seed: 1 },
  speaker: { name: 'slides beside a speaker', speaker: true, seed: 2 },
  turns: { name: 'slides and a camera by turns', filmed: 5, seed: 3, share: 0.3, ways: ['default'] },
};

const { values } = parseArgs({
  options: {
    chalkline: { type: 'string' }, events: { type: 'string', default: '500' }, size: { type: 'string', default: '640x360' },
    keep: { type: 'string' }, only: { type: 'string', default: '' },
  },
});
if (!values.chalkline) {
  console.error('which binary? give --chalkline build/release/chalkline');
  process.exit(2);
}

/** Events that are not there: drawn by nobody (a later one's cell), and given a second too early. */
function decoysOf(events) {
  const absent = events.slice(0, kDecoys).map((event, i) => {
    const other = events[i + kDecoys];  // of the same slide
    return { ...other, frame: event.frame, kind: 'drawn by nobody' };
  }).filter((decoy, i) => decoy.frame + kRate / 5 < events[i + kDecoys].frame);
  const early = events.filter(({ frame, since }) => frame % 3 === 0 && since > 2 * kRate).slice(0, kDecoys).map((event) => ({ ...event, frame: event.frame - kRate, kind: 'said too early' }));
  return [...absent, ...early];
}

/** Lines of a table: kind, strength, events, missed, least and middle share. */
function table(events, seen) {
  const rows = new Map();
  events.forEach(({ kind, strength }, i) => {
    const key = `${kind} ${String(strength).padStart(3)}`;
    rows.set(key, [...(rows.get(key) ?? []), seen[i]]);
  });
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, list]) => {
    const shares = list.map(({ shown }) => shown).sort((a, b) => a - b);
    const missed = list.filter(({ shown }) => shown < kVisible);
    const late = missed.filter(({ later }) => later >= kVisible);
    return `       ${key.padEnd(22)} ${String(list.length).padStart(4)} events, lost ${missed.length - late.length}, late ${late.length}; share least ${shares[0].toFixed(2)}, middle ${shares[shares.length >> 1].toFixed(2)}`;
  });
}

/** The rungs of a version that are meant to be read: by the plan (transcode/plan/plan.hpp), or all where nothing was foretold. */
function readable({ rungs }) {
  const good = rungs.map((rung, i) => ({ ...rung, id: i, quality: rung.slides_quality ?? rung.expected_quality })).filter(({ quality }) => quality >= kReadable || quality === 0);
  if (good.length === 0) throw new Error('no rung of the lesson is meant to be read');
  return good;
}

const chalkline = resolve(values.chalkline);
const [width, height] = values.size.split('x').map(Number);
const root = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), 'chalkline-events-'));
await mkdir(root, { recursive: true });
let wrong = 0;
const report = (good, text) => {
  if (!good) wrong += 1;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${text}`);
};
try {
  for (const [only, { name, ways, share = 1, ...made }] of Object.entries(kLessons)) {
    if (values.only && values.only !== only) continue;
    const source = join(root, `${only}.mp4`);
    const lesson = await makeEventsLesson(source, { events: Math.round(Number(values.events) * share), width, height, ...made });
    const { events } = lesson;
    const filmed = await eventsSeen(source, lesson, events);
    const unseen = filmed.filter(({ shown }) => shown < kVisible).length;
    report(unseen === 0, `${name}: the recording shows ${events.length - unseen} of ${events.length} events in ${(lesson.frames / kRate).toFixed(0)} s`);
    if (unseen > 0) console.log(table(events, filmed).join('\n'));

    const decoys = decoysOf(events);
    for (const [way, text, asked] of kWays(height).filter(([way]) => !ways || ways.includes(way))) {
      const version = `${source}.${way}`;
      await rm(version, { recursive: true, force: true });
      await writeFile(`${source}.yaml`, text);
      const done = await run(chalkline, ['transcode', source, '--out', version, '--config', `${source}.yaml`], { timeoutMs: 600_000 });
      if (done.code !== 0) throw new Error(`chalkline transcode ended with ${done.signal ?? done.code}: ${done.stderr}`);
      const plan = JSON.parse(await readFile(join(version, 'analysis.json'), 'utf8'));
      if (made.filmed) report(plan.rungs.every(({ camera_crf: camera }) => camera > 0), `${name}: the camera's scenes are planned apart`);
      for (const rung of readable(plan)) {
        const seen = await eventsSeen(join(version, `video/${rung.id}/playlist.m3u8`), lesson, [...events, ...decoys]);
        const mine = seen.slice(0, events.length);
        const lost = (which) => mine.filter(({ shown }, i) => which(events[i]) && shown < kVisible).length;
        const what = `${name}, ${way}: ${rung.width}x${rung.height}, CRF ${rung.crf}${rung.interval > 0 ? `, ${rung.interval} s between frames` : ''}, quality ${rung.quality}`;
        const wanted = events.filter(asked).length;
        const smeared = lost((event) => !asked(event));
        report(lost(asked) === 0, `${what}: ${wanted - lost(asked)} of ${wanted} events are shown within 200 ms${wanted < events.length ? `; of ${events.length - wanted} pale ones all but ${smeared}` : ''}`);
        if (lost(asked) > 0 || values.keep) console.log(table(events, mine).join('\n'));
        const believed = seen.slice(events.length).filter(({ shown }) => shown >= kVisible).length;
        report(believed === 0, `${what}: ${decoys.length} events that are not there are missed${believed > 0 ? `, but for ${believed}` : ''}`);
      }
    }
  }
} finally {
  if (!values.keep) await rm(root, { recursive: true, force: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
