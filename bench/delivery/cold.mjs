// Cold objects: every file once, out of neither cache. And a hot object's latency while a fifth of the requests are cold.
import { execFileSync } from 'node:child_process';
import { Agent, get } from 'node:http';
import { exactCpuSeconds } from '../support/cost.mjs';
import { median } from '../support/results.mjs';

// Drops a file's pages (dd's nocache: posix_fadvise DONTNEED).
const drop = (folder, paths) => {
  for (const path of paths) execFileSync('dd', [`if=${folder}/${path}`, 'iflag=nocache', 'count=0', 'status=none']);
};

function client(server, id, sockets) {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const fetch = (path) =>
    new Promise((done, fail) => {
      const began = process.hrtime.bigint();
      get({ port: server.port, path: `${server.prefix}${id}/${path}`, agent }, (answer) => {
        if (answer.statusCode !== 200) fail(new Error(`${path}: ${answer.statusCode}`));
        answer.resume().on('end', () => done(Number(process.hrtime.bigint() - began) / 1e6));
      }).on('error', fail);
    });
  return { fetch, end: () => agent.destroy() };
}

// Asks for all of `paths`, `sockets` at a time; the milliseconds of each, in their order.
async function fetchAll(fetch, paths, sockets) {
  const times = new Array(paths.length);
  let next = 0;
  await Promise.all(Array.from({ length: sockets }, async () => {
    while (next < paths.length) {
      const i = next++;
      times[i] = await fetch(paths[i]);
    }
  }));
  return times;
}

const part = (times, share) => [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)];

// Our library knows of a published version that its files are whole, since it was hashed as it was made; these files were put there
// by hand, so that the first server hashes them, once. What is measured begins after it, as it does for a lesson.
async function readOnce(start, made, sockets) {
  const server = await start();
  const { fetch, end } = client(server, made.id, sockets);
  await fetchAll(fetch, made.cold, sockets);
  end();
  await server.stop();
}

// start: makes a fresh server, with empty caches of its own.
export async function measureCold(starts, made, { rounds, bytes, sockets = 4 }) {
  await readOnce(Object.values(starts)[0], made, sockets);
  const runs = Object.fromEntries(Object.keys(starts).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of Object.entries(starts)) {
      const server = await start();
      const { fetch, end } = client(server, made.id, sockets);
      await fetch(Object.values(made.hot)[0]); // the index is read; the files are not
      drop(made.folder, made.cold);
      const before = exactCpuSeconds(server.pid);
      const times = await fetchAll(fetch, made.cold, sockets);
      const cpu = exactCpuSeconds(server.pid) - before;
      end();
      await server.stop();
      runs[name].push({ cpu_s_per_gib: cpu / ((made.cold.length * bytes) / 2 ** 30), p50_ms: part(times, 0.5), p99_ms: part(times, 0.99) });
    }
  }
  return summary(runs, ['cpu_s_per_gib', 'p50_ms', 'p99_ms']);
}

// Every fifth request is for a file that is in no cache; the others for the same hot one, whose times are what counts.
export async function measureMixed(starts, made, { rounds, size, sockets = 16 }) {
  const runs = Object.fromEntries(Object.keys(starts).map((name) => [name, []]));
  const paths = made.cold.flatMap((path) => [made.hot[size], made.hot[size], path, made.hot[size], made.hot[size]]);
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of Object.entries(starts)) {
      const server = await start();
      const { fetch, end } = client(server, made.id, sockets);
      await fetch(made.hot[size]);
      drop(made.folder, made.cold);
      const times = await fetchAll(fetch, paths, sockets);
      end();
      await server.stop();
      const hot = times.filter((_, i) => paths[i] === made.hot[size]);
      runs[name].push({ p50_ms: part(hot, 0.5), p99_ms: part(hot, 0.99) });
    }
  }
  return summary(runs, ['p50_ms', 'p99_ms']);
}

function summary(runs, keys) {
  const [ours, ...peers] = Object.keys(runs);
  return {
    servers: Object.keys(runs).map((name) => ({ server: name, ...Object.fromEntries(keys.map((key) => [key, median(runs[name].map((one) => one[key]))])) })),
    ratios: Object.fromEntries(keys.map((key) => [key, median(runs[ours].map((one, i) => one[key] / Math.min(...peers.map((peer) => runs[peer][i][key]))))])),
  };
}
