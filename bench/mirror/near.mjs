// Behind the uplink: a mirror, nginx or nothing, and the learners. Started by main.mjs inside weaklink; tells it when a day begins and
// ends by lines of JSON on standard output, and goes on when a line comes back: the outer side then has read the origin's counters.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, startServer } from '../support/processes.mjs';
import { learn } from './learner.mjs';

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
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  writeFileSync(join(folder, 'conf'), readFileSync('deploy/caches/nginx.conf', 'utf8')
    .replace('/run/nginx-chalkline.pid', join(folder, 'pid')).replace('/var/cache/nginx/chalkline', join(folder, 'cache'))
    .replace('video.example:80', new URL(origin).host).replace('listen 8080', `listen 127.0.0.1:${port}`).replace('access_log off;', `access_log off; ${temporary}`));
  return startServer('nginx', ['-c', join(folder, 'conf'), '-p', folder, '-e', join(folder, 'errors'), '-g', 'daemon off; user root;'], port);
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
  while (!(await knows()) || (planned && !whole())) await wait(200);
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
