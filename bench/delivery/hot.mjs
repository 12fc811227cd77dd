// Hot objects: each size at each number of keep-alive connections, the servers in turn A B A B; wrk on the other core.
import { writeFileSync } from 'node:fs';
import { exactCpuSeconds } from '../support/cost.mjs';
import { run } from '../support/processes.mjs';
import { median } from '../support/results.mjs';
import { workFolder } from '../support/work.mjs';
import { kBrowserFields, kLoadCore } from './servers.mjs';

// wrk's summary, by a script that prints it as JSON.
const kLua = `done = function(summary, latency, requests)
  io.write(string.format('{"requests":%d,"bytes":%d,"us":%d,"errors":%d,"p50":%d,"p99":%d}\\n', summary.requests, summary.bytes, summary.duration,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout, latency:percentile(50), latency:percentile(99)))
end
`;

export async function load(server, path, connections, seconds) {
  const script = `${workFolder('delivery')}/wrk.lua`;
  writeFileSync(script, kLua);
  const fields = Object.entries(kBrowserFields).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const before = exactCpuSeconds(server.pid);
  const { out } = await run('taskset', ['-c', kLoadCore, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', ...fields, '-s', script, `${server.origin}${server.prefix}${path}`]);
  const cpu = exactCpuSeconds(server.pid) - before;
  const summary = JSON.parse(out.trim().split('\n').pop());
  return {
    requests_per_s: summary.requests / (summary.us / 1e6), cpu_s_per_gib: cpu / (summary.bytes / 2 ** 30), cpu_us_per_request: (cpu * 1e6) / summary.requests,
    p50_ms: summary.p50 / 1000, p99_ms: summary.p99 / 1000, errors: summary.errors,
  };
}

const kFigures = ['requests_per_s', 'cpu_s_per_gib', 'cpu_us_per_request', 'p50_ms', 'p99_ms', 'errors'];
// Of each round ours over the better of the peers, by that figure; the median of the rounds.
const kRatios = { cpu_ratio: 'cpu_us_per_request', p50_ratio: 'p50_ms', p99_ratio: 'p99_ms' };

export function compare(rounds) {
  const [ours, ...peers] = Object.keys(rounds);
  const figures = Object.fromEntries(Object.keys(rounds).map((name) => [name, Object.fromEntries(kFigures.map((key) => [key, median(rounds[name].map((one) => one[key]))]))]));
  const ratios = Object.fromEntries(Object.entries(kRatios).map(([name, key]) => [name, median(rounds[ours].map((one, i) => one[key] / Math.min(...peers.map((peer) => rounds[peer][i][key]))))]));
  return { figures, ...ratios };
}

export async function measureHot(servers, made, { sizes, connections, rounds, seconds }) {
  const results = [];
  for (const count of connections) {
    for (const size of sizes) {
      const runs = Object.fromEntries(servers.map(({ name }) => [name, []]));
      for (let round = 0; round < rounds; round++)
        for (const server of servers) runs[server.name].push(await load(server, `${made.id}/${made.hot[size]}`, count, seconds));
      const result = { size, connections: count, ...compare(runs) };
      results.push(result);
      console.error(`bench: ${size} bytes, ${count} connections: CPU ${result.cpu_ratio.toFixed(2)} of the better nginx, p99 ${result.p99_ratio.toFixed(2)}`);
    }
  }
  return results;
}
