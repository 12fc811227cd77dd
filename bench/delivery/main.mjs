// ./chalk bench delivery: our server against nginx on the same files, one worker each pinned to the same core, the load on
// the other, over a loopback with an MTU of 1500 in a network namespace. Leaves bench/results/delivery.{json,md}.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readArguments } from '../support/arguments.mjs';
import { addLesson } from '../support/lesson.mjs';
import { run } from '../support/processes.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';
import { measureCold, measureMixed } from './cold.mjs';
import { measureIdle, measureSlow, measureSlowly, measureThrottled } from './crowds.mjs';
import { measureHot } from './hot.mjs';
import { measureQueue } from './queue.mjs';
import { kLoadCore, makeCertificate, mustAgree, startOurs, startPeer } from './servers.mjs';
import { makeVersion } from './version.mjs';

const options = readArguments('delivery: CPU, latency and memory against nginx', {
  parts: { default: 'hot,cold,mixed,slow,slowly,idle,throttled,queue', help: 'which parts to measure' },
  seconds: { default: '2', help: 'of load for each hot figure' },
  rounds: { default: '5', help: 'how often each is run' },
  sizes: { default: '500,1000,10000,20000,100000,300000,1000000', help: 'bytes of the hot files' },
  connections: { default: '64,1,2000', help: 'keep-alive connections of the hot part' },
  congestion: { default: 'reno', help: 'TCP congestion control of both servers' },
  tls: { type: 'boolean', help: 'over TLS 1.3, the hot part alone; leaves results/delivery-tls' },
  cold: { default: '400', help: 'cold files of 100 kB' },
});
const tls = options.tls ? makeCertificate() : null;
const parts = tls ? ['hot'] : options.parts.split(',');
const sizes = options.sizes.split(',').map(Number);
const rounds = Number(options.rounds);

// Loopback's own 64 kB packets would hide what a network costs.
execFileSync('ip', ['link', 'set', 'lo', 'mtu', '1500']);
writeFileSync('/proc/sys/net/ipv4/tcp_congestion_control', options.congestion);
execFileSync('taskset', ['-pc', kLoadCore, String(process.pid)], { stdio: 'ignore' });

// Only the shape of a real version is needed: the files to be measured are put into it.
const kRecording = 'build/bench/delivery.mp4';
if (!existsSync(kRecording)) {
  mkdirSync('build/bench', { recursive: true });
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10:duration=3', '-f', 'lavfi', '-i', 'sine=duration=3', '-y', kRecording]);
}
const { library, version } = await addLesson('delivery', kRecording);
const kNeeded = [500, 20_000, 100_000, 500_000];
const kColdBytes = 100_000;
const made = makeVersion(`${library}/versions`, `${library}/versions/${version}`, [...new Set([...sizes, ...kNeeded])], Number(options.cold), kColdBytes);
const path = (size) => `${made.id}/${made.hot[size]}`;
const loadAverage = () => readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(' ');
const load = [loadAverage()];

const starts = {
  ours: () => startOurs(library, tls),
  'nginx, nopush on': () => startPeer(library, 'on', { tls }),
  'nginx, nopush off': () => startPeer(library, 'off', { tls }),
};
const servers = [];
for (const start of Object.values(starts)) servers.push(await start());
await mustAgree(servers, path(20_000));

const results = {};
if (parts.includes('hot')) results.hot = await measureHot(servers, made, { sizes, connections: options.connections.split(',').map(Number), rounds, seconds: Number(options.seconds) });
load.push(loadAverage());
if (parts.includes('slow')) results.slow = await measureSlow(servers, path(500_000), {});
if (parts.includes('slowly')) results.slowly = await measureSlowly(servers, path(500_000), {});
if (parts.includes('queue')) results.queue = await measureQueue(servers, path(300_000), {});
if (parts.includes('idle')) results.idle = await measureIdle(servers.slice(0, 2), path(500), {});
if (parts.includes('throttled')) results.throttled = await measureThrottled(servers.slice(0, 2), path(100_000), {});
for (const server of servers) await server.stop();
if (parts.includes('cold')) results.cold = await measureCold(starts, made, { rounds, bytes: kColdBytes });
if (parts.includes('mixed')) {
  const withThreads = { ours: starts.ours, 'nginx, aio threads': () => startPeer(library, 'off', { name: 'nginx, aio threads', extra: 'aio threads;' }) };
  results.mixed = await measureMixed(withThreads, made, { rounds, size: 20_000 });
}
load.push(loadAverage());

const sections = [];
if (results.hot) {
  const rows = results.hot.flatMap((r) => Object.entries(r.figures).map(([name, f], i) => [
    r.size / 1000, r.connections, name, show(f.requests_per_s, 0), show(f.cpu_s_per_gib, 3), show(f.cpu_us_per_request), show(f.p50_ms, 2), show(f.p99_ms, 2), f.errors, i === 0 ? show(r.cpu_ratio, 2) : '–', i === 0 ? show(r.p99_ratio, 2) : '–']));
  sections.push(`## Hot\n\nThe ratios are ours over the better nginx, round by round; the median of the rounds.\n\n${table(['kB', 'connections', 'server', 'requests/s', 'CPU s/GiB', 'CPU us/request', 'p50, ms', 'p99, ms', 'errors', 'CPU ratio', 'p99 ratio'], rows)}`);
}
const ratios = (part) => Object.entries(part.ratios).map(([key, value]) => `${key} ${show(value, 2)}`).join(', ');
if (results.cold) sections.push(`## Cold\n\n${options.cold} files of 100 kB, each once, out of the page cache and of every other, four at a time. Ratios: ${ratios(results.cold)}.\n\n${table(['server', 'CPU s/GiB', 'p50, ms', 'p99, ms'], results.cold.servers.map((r) => [r.server, show(r.cpu_s_per_gib, 2), show(r.p50_ms, 2), show(r.p99_ms, 2)]))}`);
if (results.mixed) sections.push(`## A hot object while every fifth request is cold\n\nRatios: ${ratios(results.mixed)}.\n\n${table(['server', 'p50, ms', 'p99, ms'], results.mixed.servers.map((r) => [r.server, show(r.p50_ms, 2), show(r.p99_ms, 2)]))}`);
if (results.slow) sections.push(`## 1,000 readers of 500 kB that read nothing for a while\n\n${table(['server', 'kernel memory, MiB', 'done', 'failed', 'then read in, s'], results.slow.map((r) => [r.server, show(r.kernel_mib), r.done, r.failed, show(r.drained_s, 2)]))}`);
if (results.slowly) sections.push(`## 1,000 readers of 500 kB that read 20 kB/s\n\n${table(['server', 'kernel memory, MiB', 'done', 'failed', 'all done in, s'], results.slowly.map((r) => [r.server, show(r.kernel_mib), r.done, r.failed, show(r.all_s, 1)]))}`);
if (results.queue) sections.push(`## One reader behind 100 kbit/s, 300 ms: what waits in the kernel\n\n${table(['server', 'looks', 'median, kB', 'most, kB', 'of it never sent, most, kB'], results.queue.map((r) => [r.server, r.looks, show(r.median_kb), show(r.most_kb), show(r.most_notsent_kb)]))}`);
if (results.idle) sections.push(`## 10,000 idle connections\n\n${table(['server', 'connections', 'process, MB', 'process bytes each'], results.idle.map((r) => [r.server, r.connections, show(r.process_mb), show(r.bytes_each, 0)]))}`);
if (results.throttled) sections.push(`## 2,000 clients at 50 kbit/s, 100 kB each\n\n${table(['server', 'done', 'failed', 'first done, s', 'last done, s', 'of one core'], results.throttled.map((r) => [r.server, r.done, r.failed, show(r.first_s), show(r.last_s), `${show(r.core_share * 100)} %`]))}`);

const markdown = `# Delivery, against nginx on the same files

One worker each on one core, the load on the other; loopback with MTU 1500, ${circumstances().congestion_control}; HTTP/1.1 keep-alive${tls ? ' over TLS 1.3 (AES-128-GCM, P-256)' : ''} with a browser's
header fields; entity tags, ranges, counters and access logs on; ${options.rounds} rounds in turn. nginx: sendfile, open_file_cache, buffered
access log, tcp_nopush on and off. Load averages of the machine meanwhile: ${load.join('; ')}.

${sections.join('\n')}`;
writeResults(tls ? 'delivery-tls' : 'delivery', { json: { ...circumstances(), load, options, ...results }, markdown });
process.stdout.write(markdown);
