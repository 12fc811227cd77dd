// The servers that are compared, each with one worker pinned to one core, access log on (buffered where it can be), all of
// HTTP on: entity tags, ranges, counters. One call starts one; bench/delivery/main.mjs starts them all before it measures.
import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, closeSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { startNginx } from '../peers/site.mjs';
import { startServer } from '../support/processes.mjs';

export const kServerCore = '0';
export const kLoadCore = '1';

// What a phone's browser sends with each segment. nginx and we must both read it.
export const kBrowserFields = {
  'User-Agent': 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  Accept: '*/*',
  'Accept-Encoding': 'gzip, deflate, br',
  'Accept-Language': 'sw-KE,sw;q=0.9,en;q=0.8',
  Referer: 'http://127.0.0.1/watch/lesson',
  'Sec-Fetch-Dest': 'empty',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Site': 'same-origin',
};

// Below the ephemeral ports: a crowd that has just left may still hold one of those.
let nextPort = 9000;

export async function startOurs(library) {
  const config = 'build/bench/delivery.yaml';
  mkdirSync('build/bench', { recursive: true });
  writeFileSync(config, 'server:\n  threads: 1\n  max_connections: 20000\n  max_connections_per_address: 20000\nworker:\n  enabled: false\n');
  const port = nextPort++;
  const log = openSync('build/bench/delivery-ours.log', 'w');
  const server = await startServer('taskset', ['-c', kServerCore, process.env.CHALKLINE, 'serve', '--config', config, '--library', library, '--address', '0.0.0.0', '--port', String(port)], port, { stdio: ['ignore', 'ignore', log] });
  closeSync(log);
  return { ...server, name: 'ours', prefix: '/v/' };
}

// Access log as nginx's own documentation recommends for busy servers: buffered.
export async function startPeer(library, nopush, { name = `nginx, nopush ${nopush}`, extra = '' } = {}) {
  const log = resolve(`build/bench/delivery-nginx-${nopush}.log`);
  const server = await startNginx({ port: nextPort++, name: `delivery-${nopush}`, root: resolve(`${library}/versions`), nopush, accessLog: `${log} combined buffer=64k flush=1s`, extra });
  execFileSync('sh', ['-c', `for p in ${server.pid} $(cat /proc/${server.pid}/task/${server.pid}/children); do taskset -pc ${kServerCore} $p >/dev/null; done`]);
  return { ...server, name, prefix: '/' };
}

// The same bytes, an entity tag and ranges from each, or the comparison is void.
export async function mustAgree(servers, path) {
  const answers = await Promise.all(servers.map(async (server) => {
    const url = `http://127.0.0.1:${server.port}${server.prefix}${path}`;
    const whole = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } });
    const part = await fetch(url, { headers: { Range: 'bytes=10-19', 'Accept-Encoding': 'identity' } });
    return { body: Buffer.from(await whole.arrayBuffer()).toString('base64'), part: Buffer.from(await part.arrayBuffer()).toString('hex'), status: part.status, tagged: whole.headers.has('etag') };
  }));
  for (const answer of answers)
    if (answer.status !== 206 || !answer.tagged || answer.body !== answers[0].body || answer.part !== answers[0].part) throw new Error(`the servers do not agree about ${path}`);
}
