// ./chalk bench mirror: a class behind a thin line. An origin, an uplink (weaklink), and behind it nothing, nginx, or our mirror, and learners
// who all play: what crosses the uplink, and how long each waits. Leaves bench/results/mirror.{json,md,svg}.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readArguments } from '../support/arguments.mjs';
import { keptFolder } from '../support/cache.mjs';
import { load } from '../support/fitness.mjs';
import { freePort, run, startServer } from '../support/processes.mjs';
import { circumstances, median, round, show, table, writeResults } from '../support/results.mjs';
import { picture } from '../support/svg.mjs';
import { workFolder } from '../support/work.mjs';

const options = readArguments('mirror: learners behind a thin line, with a mirror, with nginx and with nothing', {
  learners: { default: '200', help: 'how many play' },
  lessons: { default: '20', help: 'among how many lessons' },
  seconds: { default: '40', help: 'how long a lesson is' },
  within: { default: '30', help: 'seconds within which all of them begin' },
  most: { default: '300', help: 'seconds after which a day is over' },
  kbps: { default: '1000', help: 'the uplink, each way' },
  rtt: { default: '600', help: 'its round trip, ms' },
  loss: { default: '2%', help: 'packets it loses, each way' },
  only: { multiple: true, help: 'none, nginx, mirror or "mirror, planned"; may be repeated (default all)' },
});

const kArrangements = ['none', 'nginx', 'mirror', 'mirror, planned'];
const kSentence = 'Standing water breeds what flowing water carries away, and so a village that digs its well uphill of the pit stays well';

// Lessons that differ in every byte, small enough for the machine and large enough for the line. Whichever program made them will do.
async function makeLibrary() {
  const count = Number(options.lessons);
  const folder = await keptFolder('mirror-libraries', [count, options.seconds], async (fresh) => {
    const config = `${fresh}/quick.yaml`;
    writeFileSync(config, 'transcode: {fixed_ladder: true, ladder: [{height: 180, crf: 30, max_kbps: 90}], x264_preset: veryfast, av1: off, measure_ordinary: false}\n');
    for (let i = 1; i <= count; ++i) {
      await run('espeak-ng', ['-v', 'en', '-s', String(120 + 4 * i), '-w', `${fresh}/voice.wav`, `Lesson ${i}. ${kSentence}.`]);
      await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=s=320x180:r=5:d=${options.seconds},hue=h=${i * 17},noise=alls=4:allf=t:all_seed=${i}`, '-stream_loop', '-1', '-i', `${fresh}/voice.wav`,
        '-t', options.seconds, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '24', '-c:a', 'aac', `${fresh}/lesson.mp4`]);
      await run(process.env.CHALKLINE, ['add', `${fresh}/lesson.mp4`, '--library', `${fresh}/library`, '--title', `Lesson ${i}`, '--config', config]);
    }
    const { out } = await run(process.env.CHALKLINE, ['keys', '--create', '--library', `${fresh}/library`, '--json']);
    writeFileSync(`${fresh}/key`, JSON.parse(out).own);
  });
  const { lessons } = JSON.parse((await run(process.env.CHALKLINE, ['export', '--library', `${folder}/library`])).out);
  return { library: `${folder}/library`, key: readFileSync(`${folder}/key`, 'utf8'), lessons: lessons.map(({ id }) => id).sort() };
}

async function counters(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const value = (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)[1]);
  return { bytes: value('chalkline_body_bytes_total'), requests: value('chalkline_requests_total'), own_bytes: text.length };
}

// One arrangement: its days, each with what the origin sent meanwhile and what crossed the link in packets.
async function arrangement(name, { library, key, lessons }, lab) {
  const port = await freePort();
  const origin = await startServer(process.env.CHALKLINE, ['serve', '--library', library, '--address', '0.0.0.0', '--port', String(port), '--config', `${lab}/origin.yaml`], port);
  const folder = `${lab}/${name.replace(/\W+/g, '-')}`;
  const samples = `${folder}.samples`;
  const job = { arrangement: name, folder, port, key, lessons, learners: Number(options.learners), within_s: Number(options.within), most_s: Number(options.most), days: name === 'none' ? 1 : 2 };
  const child = spawn(process.env.WEAKLINK, ['--down-kbps', options.kbps, '--up-kbps', options.kbps, '--rtt-ms', options.rtt, '--loss', options.loss, '--samples', samples, '--', process.execPath, 'bench/mirror/near.mjs'],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, MIRROR_JOB: JSON.stringify(job) } });
  const ended = new Promise((done) => child.on('close', done));
  const days = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line);
    const now = { ...(await counters(port)), unix_ms: Date.now() };
    if (told.event === 'begins') days.push({ begin: now });
    else Object.assign(days.at(-1), told, { end: now, load: load() });
    child.stdin.write('on\n');
  }
  if ((await ended) !== 0) throw new Error(`${name}: what stands behind the uplink failed`);
  await origin.stop();
  const link = readFileSync(samples, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const sent = (unix_ms) => link.filter((each) => each.unix_ms <= unix_ms).at(-1)?.down_bytes ?? 0;
  return days.map((day) => ({
    ...figures(day), arrangement: name, day: day.day, packets_bytes: sent(day.end.unix_ms) - sent(day.begin.unix_ms),
    origin_bytes: day.end.bytes - day.begin.bytes - day.begin.own_bytes, origin_requests: day.end.requests - day.begin.requests - 1, // reading the counters is counted too
    curve: link.filter((each) => each.unix_ms >= day.begin.unix_ms && each.unix_ms <= day.end.unix_ms).map((each) => [(each.unix_ms - day.begin.unix_ms) / 1000, (each.down_bytes - sent(day.begin.unix_ms)) / 1e6]),
  }));
}

function figures({ seconds, learners, distinct_bytes, load }) {
  const sum = (key) => learners.reduce((total, each) => total + each[key], 0);
  const retried_for = {};
  for (const [why, times] of learners.flatMap((each) => Object.entries(each.retried_for))) retried_for[why] = (retried_for[why] ?? 0) + times;
  const starts = learners.map((each) => each.started_s).filter((each) => each !== null).sort((a, b) => a - b);
  return {
    seconds, load, distinct_bytes, learner_bytes: sum('bytes'), answers: sum('answers'), retries: sum('retries'), retried_for, played_s: sum('played_s'), stalled_s: sum('stalled_s'),
    started: starts.length, start_median_s: median(starts), start_p95_s: starts[Math.ceil(starts.length * 0.95) - 1], starts, failed: learners.map((each) => each.failed).filter(Boolean),
  };
}

const lab = workFolder('mirror');
writeFileSync(`${lab}/origin.yaml`, 'worker: {enabled: false}\nlog: {access: false}\n');
const place = await makeLibrary();
const days = [];
for (const name of kArrangements.filter((each) => !options.only?.length || options.only.includes(each))) {
  console.error(`bench: ${name}`);
  days.push(...(await arrangement(name, place, lab)));
}
const failed = days.flatMap((day) => day.failed);
if (failed.length) console.error(`bench: learners failed: ${[...new Set(failed)].join('; ')}`);

for (const day of days)
  for (const [why, times] of Object.entries(day.retried_for)) console.error(`bench: ${day.arrangement}, day ${day.day}: ${times} requests were repeated: ${why}`);

const mb = (bytes) => show(bytes / 1e6, 2);
const share = (value) => `${show(100 * value, 1)} %`;
const all = Number(options.learners) * Number(options.seconds);
const named = (day) => (day.day === 0 ? `${day.arrangement}: the night before` : `${day.arrangement}, day ${day.day}`);
const distinct = Math.max(...days.filter((day) => day.arrangement !== 'none').map((day) => day.distinct_bytes), 0);
const rows = days.map((day) => [
  named(day), mb(day.learner_bytes), mb(day.origin_bytes), show(day.origin_bytes / distinct, 3), mb(day.packets_bytes),
  day.answers && day.arrangement !== 'none' ? share(1 - day.origin_requests / day.answers) : '–', day.day ? day.retries : '–', day.learner_bytes && day.arrangement !== 'none' ? share(1 - day.origin_bytes / day.learner_bytes) : '–',
  `${day.started} of ${day.day ? options.learners : 0}`, show(day.start_median_s), show(day.start_p95_s), day.day ? share(day.played_s / all) : '–', show(day.stalled_s, 0), show(day.load)]);
const facts = circumstances();
const markdown = `# A class behind a thin line

\`./chalk bench mirror\`: ${options.learners} learners play ${options.lessons} lessons of ${options.seconds} s, ${mb(distinct)} MB of distinct bytes (each address once, as it was sent), all beginning within ${options.within} s; the
uplink has ${options.kbps} kbit/s each way, ${options.rtt} ms and loses ${options.loss} of its packets. The cheapest picture and sound of each, by a client that asks as a player does. A day
ends when all have played, or after ${options.most} s. Commit ${facts.commit}, ${facts.cores} cores, Linux ${facts.kernel}, ${facts.congestion_control}.

${table(['', 'to learners, MB', 'from the origin, MB', 'of the distinct bytes', 'in packets, MB', 'hit ratio', 'retries', 'traffic saved', 'began', 'start-up, median s', '95 %', 'played', 'stalled, s in all', 'load'], rows)}
"From the origin" are the bodies that it sent, which is what a second copy would cost again; "in packets" is all that went down the link, heads, lists and what TCP sent twice
after losses included. The night before, a plan fetches whole lessons: every picture and every sound that they have, while the learners take one of each, whence more than
the distinct bytes. The hit ratio is of the answers that learners got whole; requests that they had to repeat, since the answer broke off or was 5xx, are counted apart. With nothing in
between the line carries what it can until the day is over and most learners wait: how many bytes that is depends on the machine. With nginx or a mirror bytes are much the same on
any machine. Times by the clock are those of one whose load stands beside them.

![Start-up, and what crossed the uplink](mirror.svg)
`;
const shown = days.filter((day) => day.day > 0);
const svg = picture({
  title: `${options.learners} learners, ${options.lessons} lessons, ${options.kbps} kbit/s, ${options.rtt} ms, ${options.loss} loss`, xLabel: 'seconds since the day began; for start-up: seconds since a learner came',
  x: { low: 0, high: Math.max(...shown.map((day) => day.seconds)) },
  panels: [
    { title: 'Learners who have begun to see their lesson', unit: '%', low: 0, high: 100, series: shown.map((day) => ({ name: named(day), step: true, points: [[0, 0], ...day.starts.map((at, i) => [at, (100 * (i + 1)) / Number(options.learners)])] })) },
    { title: 'Down the uplink, in packets', unit: 'MB', series: shown.map((day) => ({ name: named(day), points: day.curve })) },
  ], height: 200,
});
writeResults('mirror', { json: { ...facts, options, days: days.map(({ curve, starts, ...day }) => ({ ...day, start_s: starts.map((each) => round(each, 2)) })) }, markdown, pictures: { mirror: svg } });
console.log(markdown);
