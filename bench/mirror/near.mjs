// Behind the uplink: a mirror, nginx or nothing, and the learners. Started by main.mjs inside weaklink; tells it when a day begins and
// ends by lines of JSON on standard output, and goes on when a line comes back: the outer side then has read the origin's counters.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { nginxCache } from '../support/nginx_cache.mjs';
import { freePort, startServer } from '../support/processes.mjs';
import { until } from '../support/until.mjs';
import { learn } from './learner.mjs';

const kNightSeconds = 3600; // in which a mirror learns what there is, and fetches what is planned

const job = JSON.parse(process.env.MIRROR_JOB);
const origin = `http://${process.env.WEAKLINK_HOST}:${job.port}`;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function tell(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
  await lines.next();
}

async function startNginx(folder) {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  return startServer('nginx', nginxCache(folder, port, new URL(origin).host, 'user root;'), port);
}

async function startMirror(folder, planned) {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'mirror.yaml');
  writeFileSync(config, `server: {port: ${port}}\nlibrary: {path: ${folder}/copy}\nlog: {access: false}\nworker: {enabled: false}\n` +
    `mirror: {upstream: "${origin}", keys: ["${job.key}"], interval: 60s${planned ? ', courses: ["*"]' : ''}}\n`);
  const server = await startServer(process.env.CHALKLINE, ['mirror', '--config', config], port);
  const knows = async () => (await (await fetch(`http://127.0.0.1:${port}/api/v1/lessons`)).json()).lessons.length >= job.lessons.length;
  const whole = () => readdirSync(`${folder}/copy/versions`).length >= job.lessons.length;
  await until(planned ? 'every planned lesson' : 'the list of lessons', async () => (await knows()) && (!planned || whole()), kNightSeconds, 200);
  return server;
}

async function day(base, number) {
  await tell({ day: number, event: 'begins' });
  const over = AbortSignal.timeout(job.most_s * 1000);
  const seen = new Map();
  const began = performance.now();
  const learners = await Promise.all(Array.from({ length: job.learners }, async (_, i) => {
    await wait((job.within_s * 1000 * i) / job.learners);
    return learn({ base, lesson: job.lessons[(i * 7) % job.lessons.length], over, seen });
  }));
  const seconds = (performance.now() - began) / 1000;
  await tell({ day: number, event: 'ends', seconds, learners, distinct_bytes: [...seen.values()].reduce((a, b) => a + b, 0) });
}

let server = null;
if (job.arrangement === 'nginx') server = await startNginx(job.folder);
if (job.arrangement.startsWith('mirror')) {
  await tell({ day: 0, event: 'begins' });
  server = await startMirror(job.folder, job.arrangement === 'mirror, planned');
  await tell({ day: 0, event: 'ends', seconds: 0, learners: [], distinct_bytes: 0 });
}
const base = server ? `http://127.0.0.1:${server.port}` : origin;
for (let number = 1; number <= job.days; ++number) await day(base, number);
await server?.stop();
process.exit(0);
