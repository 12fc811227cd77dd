// ./chalk bench delivery: our server against nginx on the same files, one worker each pinned to one core, the load (wrk) on
// the other, over a loopback with an MTU of 1500. Hot: each file by size and number of keep-alive connections, in turn
// A B A B. Cold: every file once, out of neither cache. Leaves bench/results/delivery.{json,md}.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { resolve } from 'node:path';
import { readArguments } from '../support/arguments.mjs';
import { cpuSeconds } from '../support/cost.mjs';
import { addLesson, sampleLesson } from '../support/lesson.mjs';
import { freePort, run, startServer } from '../support/processes.mjs';
import { circumstances, median, show, table, writeResults } from '../support/results.mjs';
import { startNginx } from '../peers/site.mjs';
import { makeVersion } from './version.mjs';

const options = readArguments('delivery: requests/s, CPU seconds per GiB and latency against nginx', {
  seconds: { default: '4', help: 'of load for each figure' },
  rounds: { default: '3', help: 'how often each is run' },
  sizes: { default: '500,1000,20000,100000,1000000', help: 'bytes of the files' },
  connections: { default: '1,64,2000', help: 'keep-alive connections' },
});
const sizes = options.sizes.split(',').map(Number);
const connections = options.connections.split(',').map(Number);
const kServerCore = '0';
const kLoadCore = '1';

// Loopback's own 64 kB packets would hide what a network costs.
execFileSync('ip', ['link', 'set', 'lo', 'mtu', '1500']);

const { library, version } = await addLesson('delivery', await sampleLesson());
const made = makeVersion(`${library}/versions`, `${library}/versions/${version}`, sizes, 200, 100_000);
const config = 'build/bench/delivery.yaml';
mkdirSync('build/bench', { recursive: true });
writeFileSync(config, 'server:\n  threads: 1\n  max_connections: 8000\n  max_connections_per_address: 8000\nworker:\n  enabled: false\nlog:\n  access: false\n');

const startOurs = async () => {
  const port = await freePort();
  return startServer('taskset', ['-c', kServerCore, process.env.CHALKLINE, 'serve', '--config', config, '--library', library, '--address', '0.0.0.0', '--port', String(port)], port);
};
const startPeer = async (nopush) => {
  const server = await startNginx({ name: `delivery-${nopush}`, root: resolve(`${library}/versions`), nopush });
  execFileSync('sh', ['-c', `for p in ${server.pid} $(cat /proc/${server.pid}/task/${server.pid}/children); do taskset -pc ${kServerCore} $p >/dev/null; done`]);
  return server;
};
const servers = {
  ours: { start: startOurs, prefix: '/v/' },
  'nginx, nopush on': { start: () => startPeer('on'), prefix: '/' },
  'nginx, nopush off': { start: () => startPeer('off'), prefix: '/' },
};

// wrk's summary, by a script that prints it as JSON.
const kScript = 'build/bench/wrk.lua';
writeFileSync(kScript, `done = function(summary, latency, requests)
  io.write(string.format('{"requests":%d,"bytes":%d,"us":%d,"errors":%d,"p50":%d,"p99":%d}\\n', summary.requests, summary.bytes, summary.duration,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout, latency:percentile(50), latency:percentile(99)))
end
`);
async function load(server, path, count) {
  const before = cpuSeconds(server.pid);
  const { out } = await run('taskset', ['-c', kLoadCore, 'wrk', '-t1', `-c${count}`, `-d${options.seconds}s`, '--timeout', '10s', '-s', kScript, `http://127.0.0.1:${server.port}${path}`]);
  const cpu = cpuSeconds(server.pid) - before;
  const summary = JSON.parse(out.trim().split('\n').pop());
  return {
    requests_per_s: summary.requests / (summary.us / 1e6), cpu_s_per_gib: cpu / (summary.bytes / 2 ** 30), cpu_us_per_request: (cpu * 1e6) / summary.requests,
    p50_ms: summary.p50 / 1000, p99_ms: summary.p99 / 1000, errors: summary.errors,
  };
}

const hot = [];
for (const size of sizes) {
  for (const count of connections) {
    const runs = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [name, { start, prefix }] of Object.entries(servers)) {
        const server = await start();
        await run('wrk', ['-t1', '-c4', '-d1s', `http://127.0.0.1:${server.port}${prefix}${made.id}/${made.hot[size]}`]);
        runs[name].push(await load(server, `${prefix}${made.id}/${made.hot[size]}`, count));
        await server.stop();
      }
    }
    const middle = (name) => Object.fromEntries(Object.keys(runs[name][0]).map((key) => [key, median(runs[name].map((r) => r[key]))]));
    for (const name of Object.keys(servers)) hot.push({ size, connections: count, server: name, ...middle(name) });
    console.error(`bench: ${size} bytes, ${count} connections`);
  }
}

// Each file once, over one connection, after its pages were dropped (dd's nocache: posix_fadvise DONTNEED).
async function coldRun({ start, prefix }) {
  for (const path of made.cold) execFileSync('dd', [`if=${made.folder}/${path}`, 'iflag=nocache', 'count=0', 'status=none']);
  const server = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const fetch = (path) =>
    new Promise((done, fail) => {
      const began = process.hrtime.bigint();
      get({ port: server.port, path: `${prefix}${made.id}/${path}`, agent }, (answer) => {
        if (answer.statusCode !== 200) fail(new Error(`${path}: ${answer.statusCode}`));
        answer.resume().on('end', () => done(Number(process.hrtime.bigint() - began) / 1e6));
      }).on('error', fail);
    });
  await fetch(made.hot[sizes[0]]); // the connection and the index are warm; the files are not
  const times = [];
  for (const path of made.cold) times.push(await fetch(path));
  agent.destroy();
  await server.stop();
  times.sort((a, b) => a - b);
  return { p50_ms: times[Math.floor(times.length / 2)], p99_ms: times[Math.floor(times.length * 0.99)] };
}
const cold = [];
for (const [name, server] of Object.entries(servers)) {
  const runs = [];
  for (let round = 0; round < Number(options.rounds); round++) runs.push(await coldRun(server));
  cold.push({ server: name, p50_ms: median(runs.map((r) => r.p50_ms)), p99_ms: median(runs.map((r) => r.p99_ms)) });
}

const rows = hot.map((r) => [r.size / 1000, r.connections, r.server, show(r.requests_per_s, 0), show(r.cpu_s_per_gib, 2), show(r.cpu_us_per_request), show(r.p50_ms, 2), show(r.p99_ms, 2), r.errors]);
const markdown = `# Delivery, against nginx on the same files

One worker each on one core, the load on the other; loopback with MTU 1500, ${circumstances().congestion_control}; HTTP/1.1 keep-alive; medians of ${options.rounds} runs of ${options.seconds} s in turn.
nginx: sendfile, open_file_cache, access log off, with tcp_nopush on and off: judge by the better.

${table(['kB', 'connections', 'server', 'requests/s', 'CPU s/GiB', 'CPU us/request', 'p50, ms', 'p99, ms', 'errors'], rows)}
Cold (200 files of 100 kB, each once, out of the page cache, one connection):

${table(['server', 'p50, ms', 'p99, ms'], cold.map((r) => [r.server, show(r.p50_ms, 2), show(r.p99_ms, 2)]))}`;
writeResults('delivery', { json: { ...circumstances(), seconds: Number(options.seconds), rounds: Number(options.rounds), hot, cold }, markdown });
process.stdout.write(markdown);
