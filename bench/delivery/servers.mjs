// The servers that are compared, each with one worker pinned to one core, access log on (buffered where it can be), all of
// HTTP on: entity tags, ranges, counters. One call starts one; bench/delivery/main.mjs starts them all before it measures.
import { execFileSync } from 'node:child_process';
import { openSync, closeSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { resolve } from 'node:path';
import { startNginx } from '../peers/site.mjs';
import { startServer } from '../support/processes.mjs';
import { workFolder } from '../support/work.mjs';

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

// A certificate that both servers use: ECDSA, as browsers like it.
export function makeCertificate() {
  const folder = workFolder('tls');
  const tls = { certificate: `${folder}/certificate.pem`, key: `${folder}/key.pem` };
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', tls.key, '-out', tls.certificate], { stdio: 'ignore' });
  return tls;
}

// `tls`: makeCertificate()'s, or null for HTTP in the clear.
export async function startOurs(library, tls = null) {
  const folder = workFolder('delivery');
  const config = `${folder}/chalkline.yaml`;
  writeFileSync(config, 'server:\n  threads: 1\n  congestion_control: ""\n  max_connections: 20000\n  max_connections_per_address: 20000\nworker:\n  enabled: false\n' +
    (tls ? `tls:\n  port: ${nextPort}\n  certificate: ${tls.certificate}\n  key: ${tls.key}\n` : ''));
  const tlsPort = tls ? nextPort++ : null;
  const port = nextPort++;
  const log = openSync(`${folder}/ours.log`, 'w');
  const server = await startServer('taskset', ['-c', kServerCore, process.env.CHALKLINE, 'serve', '--config', config, '--library', library, '--address', '0.0.0.0', '--port', String(port)], port, { stdio: ['ignore', 'ignore', log] });
  closeSync(log);
  return { ...server, name: 'ours', prefix: '/v/', origin: tls ? `https://127.0.0.1:${tlsPort}` : `http://127.0.0.1:${port}` };
}

// Access log as nginx's own documentation recommends for busy servers: buffered.
export async function startPeer(library, nopush, { name = `nginx, nopush ${nopush}`, extra = '', tls = null } = {}) {
  const log = `${workFolder('delivery')}/nginx-${nopush}.log`;
  const server = await startNginx({ port: nextPort++, name: `delivery-${nopush}`, root: resolve(`${library}/versions`), nopush, accessLog: `${log} combined buffer=64k flush=1s`, extra, tls });
  execFileSync('sh', ['-c', `for p in ${server.pid} $(cat /proc/${server.pid}/task/${server.pid}/children); do taskset -pc ${kServerCore} $p >/dev/null; done`]);
  return { ...server, name, prefix: '/', origin: `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}` };
}

// Any certificate will do here.
function get(url, headers) {
  return new Promise((resolve, reject) => {
    const { get: ask } = url.startsWith('https:') ? https : http;
    ask(url, { headers, rejectUnauthorized: false, agent: false }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    }).on('error', reject);
  });
}

// The same bytes, an entity tag and ranges from each, or the comparison is void.
export async function mustAgree(servers, path) {
  const answers = await Promise.all(servers.map(async (server) => {
    const url = `${server.origin}${server.prefix}${path}`;
    const whole = await get(url, { 'Accept-Encoding': 'identity' });
    const part = await get(url, { Range: 'bytes=10-19', 'Accept-Encoding': 'identity' });
    return { body: whole.body.toString('base64'), part: part.body.toString('hex'), status: part.status, tagged: 'etag' in whole.headers };
  }));
  for (const answer of answers)
    if (answer.status !== 206 || !answer.tagged || answer.body !== answers[0].body || answer.part !== answers[0].part) throw new Error(`the servers do not agree about ${path}`);
}
