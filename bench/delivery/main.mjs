// ./chalk bench delivery: our server against nginx on the same files, one worker each pinned to the same core, the load on
// the other, over a loopback with an MTU of 1500 in a network namespace. Leaves bench/results/delivery.{json,md}.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { readArguments } from '../support/arguments.mjs';
import { load, loadRange } from '../support/fitness.mjs';
import { addLesson, madeRecording } from '../support/lesson.mjs';
import { kUrgent } from '../support/priority.mjs';
import { circumstances, writeResults } from '../support/results.mjs';
import { measureBusy } from './busy.mjs';
import { measureCold, measureMixed } from './cold.mjs';
import { measureIdle, measureSlow, measureSlowly, measureThrottled } from './crowds.mjs';
import { measureHot } from './hot.mjs';
import { measureQueue } from './queue.mjs';
import { sectionsOf } from './report.mjs';
import { kLoadCore, makeCertificate, mustAgree, startOurs, startPeer } from './servers.mjs';
import { measureSoak } from './soak.mjs';
import { makeVersion } from './version.mjs';
import { measureVisit } from './visit.mjs';

const options = readArguments('delivery: CPU, latency and memory against nginx', {
  parts: { default: 'hot,cold,mixed,slow,slowly,idle,throttled,queue,busy,visit', help: 'which parts to measure; soak is a further one' },
  seconds: { default: '2', help: 'of load for each hot figure' },
  rounds: { default: '5', help: 'how often each is run' },
  sizes: { default: '1000,10000,100000,300000,1000000', help: 'bytes of the hot files' },
  connections: { default: '64,2000', help: 'keep-alive connections of the hot part' },
  congestion: { default: 'reno', help: 'TCP congestion control of both servers' },
  tls: { type: 'boolean', help: 'over TLS 1.3, the hot part alone; leaves results/delivery-tls' },
  cold: { default: '400', help: 'cold files of 100 kB' },
  'soak-seconds': { default: '600', help: 'of the soak' },
});
const tls = options.tls ? makeCertificate() : null;
const parts = tls ? ['hot'] : options.parts.split(',');
const sizes = options.sizes.split(',').map(Number);
const rounds = Number(options.rounds);

// Loopback's own 64 kB packets would hide what a network costs.
execFileSync('ip', ['link', 'set', 'lo', 'mtu', '1500']);
writeFileSync('/proc/sys/net/ipv4/tcp_congestion_control', options.congestion);
execFileSync('taskset', ['-pc', kLoadCore, String(process.pid)], { stdio: 'ignore' });

// What is compared, the servers and the load, does not wait for what else the machine does; a transcode that is measured beside gives way by itself.
setPriority(kUrgent);

// Only the shape of a real version is needed: the files to be measured are put into it.
const recording = await madeRecording(['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10:duration=3', '-f', 'lavfi', '-i', 'sine=duration=3']);
const { library, lesson, version } = await addLesson('delivery', recording);
const kNeeded = [500, 20_000, 100_000, 300_000, 500_000];
const kColdBytes = 100_000;
const made = makeVersion(`${library}/versions`, `${library}/versions/${version}`, [...new Set([...sizes, ...kNeeded])], Number(options.cold), kColdBytes);
const path = (size) => `${made.id}/${made.hot[size]}`;
const loads = [load()];

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
loads.push(load());
if (parts.includes('slow')) results.slow = await measureSlow(servers, path(500_000), {});
if (parts.includes('slowly')) results.slowly = await measureSlowly(servers, path(500_000), {});
if (parts.includes('queue')) results.queue = await measureQueue(servers, path(300_000), {});
if (parts.includes('idle')) results.idle = await measureIdle(servers.slice(0, 2), path(500), {});
if (parts.includes('throttled')) results.throttled = await measureThrottled(servers.slice(0, 2), path(100_000), {});
if (parts.includes('busy')) results.busy = await measureBusy([servers[0], servers[2]], path(100_000), { rounds, seconds: Number(options.seconds) });
if (parts.includes('soak')) results.soak = await measureSoak(servers[0], [100_000, 300_000, 20_000, 500_000].map(path), { seconds: Number(options['soak-seconds']) });
for (const server of servers) await server.stop();
if (parts.includes('visit')) {
  const certificate = makeCertificate();
  const encrypted = [await startOurs(library, certificate), await startPeer(library, 'off', { tls: certificate })];
  results.visit = await measureVisit(encrypted, made, `/watch/${lesson}`, { sizes: [500, 20_000] });
  for (const server of encrypted) await server.stop();
}
if (parts.includes('cold')) results.cold = await measureCold(starts, made, { rounds, bytes: kColdBytes });
if (parts.includes('mixed')) {
  const withThreads = { ours: starts.ours, 'nginx, aio threads': () => startPeer(library, 'off', { name: 'nginx, aio threads', extra: 'aio threads;' }) };
  results.mixed = await measureMixed(withThreads, made, { rounds, size: 20_000 });
}
loads.push(load());

const markdown = `# Delivery, against nginx on the same files

One worker each on one core, the load on the other; loopback with MTU 1500, ${circumstances().congestion_control}; HTTP/1.1 keep-alive${tls ? ' over TLS 1.3 (AES-128-GCM, P-256)' : ''} with a browser's
header fields; entity tags, ranges, counters and access logs on; ${options.rounds} rounds in turn. nginx: sendfile, open_file_cache, buffered
access log, tcp_nopush on and off. Load of the machine meanwhile: ${loadRange(loads)}.

${sectionsOf(results, options).join('\n')}`;
writeResults(tls ? 'delivery-tls' : 'delivery', { json: { ...circumstances(), load: loads, options, ...results }, markdown });
process.stdout.write(markdown);
