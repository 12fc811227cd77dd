// What waits in the kernel while a phone on a slow link takes a segment: bytes written and not acknowledged (tx_queue of
// /proc/net/tcp), and of those the ones not sent at all (ss -ti: notsent). A rung switch cannot take back any of them. The link
// is weaklink's, in front of the server; both servers in turn.
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

function look(port) {
  const out = execFileSync('ss', ['-tinH', 'state', 'established', `sport = :${port}`], { encoding: 'utf8' });
  const written = /^\s*\d+\s+(\d+)/.exec(out);
  const notsent = /notsent:(\d+)/.exec(out);
  return { queued: written ? Number(written[1]) : 0, notsent: notsent ? Number(notsent[1]) : 0 };
}

// rate: kbit/s down. One reader takes `path` behind the link.
export async function measureQueue(servers, path, { rate = 100, rtt = 300, seconds = 25 }) {
  const results = [];
  for (const server of servers) {
    const reader = `exec 3<>/dev/tcp/$WEAKLINK_HOST/${server.port}; printf 'GET ${server.prefix}${path} HTTP/1.1\\r\\nHost: bench\\r\\n\\r\\n' >&3; timeout ${seconds} cat <&3 >/dev/null || true`;
    const link = spawn(process.env.WEAKLINK, ['--down-kbps', String(rate), '--up-kbps', '100', '--rtt-ms', String(rtt), '--', 'bash', '-c', reader], { stdio: 'ignore' });
    const ended = new Promise((done) => link.on('close', done));
    const seen = [];
    const until = Date.now() + seconds * 1000;
    while (link.exitCode === null && Date.now() < until) {
      const one = look(server.port);
      if (one.queued > 0) seen.push(one);
      await wait(100);
    }
    await ended;
    seen.sort((a, b) => a.queued - b.queued);
    results.push({
      server: server.name, looks: seen.length, median_kb: (seen[seen.length >> 1]?.queued ?? 0) / 1000, most_kb: (seen.at(-1)?.queued ?? 0) / 1000,
      most_notsent_kb: Math.max(0, ...seen.map((one) => one.notsent)) / 1000,
    });
  }
  return results;
}
