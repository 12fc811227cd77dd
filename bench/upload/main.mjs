// ./chalk bench upload: one large recording, in turn and on the same disk: ours by PUT and by tus, nginx's WebDAV PUT, and another tus server
// (@tus/server); memory, and time until every byte is on the disk. Leaves bench/results/upload.{json,md}.
import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../support/arguments.mjs';
import { statusBytes } from '../support/cost.mjs';
import { load, loadRange } from '../support/fitness.mjs';
import { freePort, run, startServer } from '../support/processes.mjs';
import { circumstances, median, show, table, writeResults } from '../support/results.mjs';
import { serveEmpty } from '../support/serve.mjs';
import { workFolder } from '../support/work.mjs';

const options = readArguments('upload: one large recording, ours against nginx\'s WebDAV PUT and another tus server on the same disk: time until it is on the disk, memory', {
  megabytes: { default: '2000', help: 'of the recording' },
  rounds: { default: '3', help: 'how often each' },
});
const work = workFolder('upload');

// Bytes that no disk compresses; written once, read from memory by both.
const file = join(work, 'recording.mp4');
const bytes = Number(options.megabytes) * 1_000_000;
const made = openSync(file, 'w');
for (let written = 0; written < bytes; written += writeSync(made, randomBytes(Math.min(1_000_000, bytes - written))));
fsyncSync(made);
closeSync(made);

// VmRSS of the server, looked at all the time; the growth is of the most.
async function watched(pids, upload) {
  const sum = () => pids().reduce((total, pid) => total + statusBytes(pid, 'VmRSS'), 0);
  const before = sum();
  let most = before;
  const look = setInterval(() => { most = Math.max(most, sum()); }, 50);
  const seconds = await upload();
  clearInterval(look);
  return { seconds, growth_mb: (Math.max(most, sum()) - before) / 1e6 };
}
const timed = async (action) => {
  const began = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - began) / 1e9;
};
const curl = (...args) => run('curl', ['-sS', '--fail-with-body', '--http1.1', '-H', 'Expect:', ...args], { urgent: true });

const nginxPort = await freePort();
mkdirSync(join(work, 'nginx/files'), { recursive: true });
writeFileSync(join(work, 'nginx.conf'), `daemon off; user root; worker_processes 1; pid ${work}/nginx.pid; error_log ${work}/nginx-error.log; events {}
http { access_log off; client_max_body_size 0; client_body_temp_path ${work}/nginx/temp;
  server { listen 127.0.0.1:${nginxPort}; root ${work}/nginx/files; location / { dav_methods PUT DELETE; create_full_put_path on; client_body_buffer_size 256k; } } }
`);
const nginx = await startServer('nginx', ['-c', join(work, 'nginx.conf'), '-e', join(work, 'nginx-error.log')], nginxPort, { urgent: true });
const nginxPids = () => [nginx.pid, ...readFileSync(`/proc/${nginx.pid}/task/${nginx.pid}/children`, 'utf8').trim().split(' ').map(Number)];

const tusPort = await freePort();
const tusFolder = join(work, 'tus');
mkdirSync(tusFolder, { recursive: true });
const tus = await startServer(process.execPath, [fileURLToPath(new URL('tus_server.mjs', import.meta.url)), String(tusPort), tusFolder], tusPort, { urgent: true });

const ours = await serveEmpty(work, { token: true, urgent: true });
const { base, library } = ours;
const auth = ['-H', `Authorization: Bearer ${ours.token}`];

// What nginx has answered for is in the page cache; ours answers when it is on the disk. Both are timed to there.
const onDisk = async (path) => run('sync', [path], { urgent: true });
// Creation and one PATCH, by the same client for whoever speaks tus.
async function sendByTus(address, metadata, ...fields) {
  const { out } = await curl(...fields, '-i', '-X', 'POST', '-H', 'Tus-Resumable: 1.0.0', '-H', `Upload-Length: ${bytes}`, '-H', `Upload-Metadata: ${metadata}`, address);
  const at = /^location: (\S+)/im.exec(out)[1];
  await curl(...fields, '-X', 'PATCH', '-H', 'Tus-Resumable: 1.0.0', '-H', 'Upload-Offset: 0', '-H', 'Content-Type: application/offset+octet-stream',
    '-T', file, new URL(at, address).href);
}
const base64 = (text) => Buffer.from(text).toString('base64');
const ways = {
  'nginx, PUT': async () => {
    const answered = await timed(() => curl('-T', file, `http://127.0.0.1:${nginxPort}/recording.mp4`));
    const flushed = await timed(() => onDisk(join(work, 'nginx/files/recording.mp4')));
    return { answered, durable: answered + flushed };
  },
  'ours, PUT': async () => {
    const answered = await timed(() => curl(...auth, '-T', file, `${base}/files/recording.mp4?again=1`));
    return { answered, durable: answered };
  },
  'ours, tus': async () => {
    const answered = await timed(() => sendByTus(`${base}/files/`, `filename ${base64('recording.mp4')},again ${base64('1')}`, ...auth));
    return { answered, durable: answered };
  },
  '@tus/server': async () => {
    const answered = await timed(() => sendByTus(`http://127.0.0.1:${tusPort}/files`, `filename ${base64('recording.mp4')}`));
    const made = readdirSync(tusFolder).filter((name) => !name.endsWith('.json')).map((name) => join(tusFolder, name));
    if (made.length !== 1 || statSync(made[0]).size !== bytes) throw new Error('not every byte arrived at @tus/server');
    const flushed = await timed(() => onDisk(made[0]));
    return { answered, durable: answered + flushed };
  },
};
const pidsOf = { 'nginx, PUT': nginxPids, '@tus/server': () => [tus.pid] };
const clean = () => {
  rmSync(join(work, 'nginx/files/recording.mp4'), { force: true });
  for (const name of readdirSync(tusFolder)) rmSync(join(tusFolder, name));
  for (const id of readdirSync(join(library, 'incoming'))) {
    const inside = readdirSync(join(library, 'incoming', id, '0')).map((name) => join(library, 'incoming', id, '0', name));
    if (inside.some((path) => statSync(path).size !== bytes)) throw new Error('not every byte arrived');
    rmSync(join(library, 'incoming', id), { recursive: true });
  }
  execFileSync('sync', ['-f', work]);
};
const runs = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
for (let round = 0; round < Number(options.rounds); ++round)
  for (const [way, upload] of Object.entries(ways)) {
    let times;
    const { growth_mb } = await watched(pidsOf[way] ?? (() => [ours.pid]), async () => {
      times = await upload();
    });
    runs[way].push({ ...times, growth_mb, load: load() });
    clean();
    console.error(`bench: ${way}, round ${round + 1}: ${show(times.durable)} s, memory grew by ${show(growth_mb)} MB`);
  }
await ours.stop();
await nginx.stop();
await tus.stop();
rmSync(work, { recursive: true, force: true });

const rate = (way, key) => median(runs[way].map((one) => bytes / 1e6 / one[key]));
// Each round's, since the disk and its other users change between rounds.
const ratio = (way, key, to = 'nginx, PUT') => median(runs[way].map((one, i) => runs[to][i][key] / one[key]));
const growth = Math.max(...runs['ours, PUT'].concat(runs['ours, tus']).map((one) => one.growth_mb));
const markdown = `# A large recording, against nginx's WebDAV PUT and another tus server

${options.megabytes} MB by curl over loopback, in turn, before everything else on the machine, ${options.rounds} rounds, the same disk; load ${loadRange(Object.values(runs).flat().map((one) => one.load))}. Ours answers when
every byte is on the disk and its sha256 is known; nginx and @tus/server (its file store) answer when the kernel has them, so that their file is then flushed (sync), and that counts in "on the disk".
Ratios are medians of each round's throughput. Growth is the most of the server's resident memory in any round.

${table(['', 'MB/s until on the disk', 'to nginx', 'to @tus/server', 'MB/s until answered', 'to nginx', 'to @tus/server', 'memory growth, MB'], Object.keys(ways).map((way) => [
    way, ...['durable', 'answered'].flatMap((key) => [show(rate(way, key), 0), show(ratio(way, key), 2), show(ratio(way, key, '@tus/server'), 2)]), show(Math.max(...runs[way].map((one) => one.growth_mb)))]))}`;
writeResults('upload', { json: { ...circumstances(), bytes, ratio: { put: ratio('ours, PUT', 'durable'), tus: ratio('ours, tus', 'durable') }, ratio_to_tus_server: { put: ratio('ours, PUT', 'durable', '@tus/server'), tus: ratio('ours, tus', 'durable', '@tus/server') }, growth_mb: growth, runs }, markdown });
process.stdout.write(markdown);
