// Crowds: slow readers' memory in the kernel, idle connections' memory in the process, and many clients that a link
// throttles. The clients are build/.../readers on the load's core.
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { exactCpuSeconds, proportionalBytes } from '../support/cost.mjs';
import { kLoadCore } from './servers.mjs';

function startReaders(server, path, count, settings) {
  const args = ['-c', kLoadCore, process.env.READERS, String(server.port), `${server.prefix}${path}`, String(count), ...Object.entries(settings).map(([key, value]) => `${key}=${value}`)];
  const child = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const waiting = [];
  const lines = [];
  child.stdout.on('data', (data) => {
    lines.push(...String(data).split('\n').filter(Boolean));
    for (const wake of waiting.splice(0)) wake();
  });
  const ended = new Promise((done) => child.on('close', done));
  const line = async (wanted) => {
    for (;;) {
      const found = lines.find(wanted);
      if (found) return found;
      if (child.exitCode !== null) throw new Error('readers ended without a word');
      await Promise.race([new Promise((wake) => waiting.push(wake)), ended]);
    }
  };
  return { holding: () => line((text) => text === 'holding'), result: async () => JSON.parse(await line((text) => text.startsWith('{'))), ended };
}

// What the kernel holds for the server's side: bytes in write queues and reserved for them (ss -m: w and f).
function kernelBytes(port) {
  const out = execFileSync('ss', ['-tmnH', `sport = :${port}`], { encoding: 'utf8', maxBuffer: 1e9 });
  let sum = 0;
  for (const [, reserved, queued] of out.matchAll(/skmem:\([^)]*,f(\d+),w(\d+),/g)) sum += Number(reserved) + Number(queued);
  return sum;
}

// Readers that take nothing for a while, then everything.
export async function measureSlow(servers, path, { count = 1000, hold = 6 }) {
  const results = [];
  for (const server of servers) {
    const readers = startReaders(server, path, count, { rcvbuf: 16384, hold });
    await readers.holding();
    await wait((hold * 1000) / 2);
    const kernel = kernelBytes(server.port);
    const { done, failed, unfinished, wall_s } = await readers.result();
    await readers.ended;
    results.push({ server: server.name, kernel_mib: kernel / 2 ** 20, done, failed: failed + unfinished, drained_s: wall_s });
  }
  return results;
}

// Readers that take 20 kB/s each: what the kernel holds for them in the middle of it.
export async function measureSlowly(servers, path, { count = 1000, rate = 20_000, look = 8 }) {
  const results = [];
  for (const server of servers) {
    const readers = startReaders(server, path, count, { rate });
    await wait(look * 1000);
    const kernel = kernelBytes(server.port);
    const { done, failed, unfinished, wall_s } = await readers.result();
    await readers.ended;
    results.push({ server: server.name, kernel_mib: kernel / 2 ** 20, done, failed: failed + unfinished, all_s: wall_s });
  }
  return results;
}

export async function measureIdle(servers, path, { count = 10_000 }) {
  const results = [];
  for (const server of servers) {
    const before = proportionalBytes(server.pid);
    const readers = startReaders(server, path, count, { stay: 4 });
    const { done } = await readers.result();
    await wait(1500);
    const after = proportionalBytes(server.pid);
    const kernel = kernelBytes(server.port);
    await readers.ended;
    results.push({ server: server.name, connections: done, process_mb: after / 1e6, bytes_each: (after - before) / done, kernel_bytes_each: kernel / done });
  }
  return results;
}

export async function measureThrottled(servers, path, { count = 2000, bytesPerSecond = 6250 }) {
  const results = [];
  for (const server of servers) {
    const before = exactCpuSeconds(server.pid);
    const readers = startReaders(server, path, count, { rate: bytesPerSecond, rcvbuf: 16384 });
    const { done, failed, unfinished, wall_s, first_s, last_s } = await readers.result();
    const cpu = exactCpuSeconds(server.pid) - before;
    await readers.ended;
    results.push({ server: server.name, done, failed: failed + unfinished, first_s, last_s, core_share: cpu / wall_s });
  }
  return results;
}
