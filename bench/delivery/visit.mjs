// What a first visit waits for behind a link, over TLS 1.3 and HTTP/2: curl's own clock, in round trips of the link. The page,
// then an init segment and a media segment on the same connection, from each server the same files.
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { median } from '../support/results.mjs';

const kFormat = '%{time_connect} %{time_appconnect} %{time_starttransfer} %{time_total} %{size_download} %{size_header} %{http_version} %{http_code}\\n';

function curlBehindLink(link, host, urls) {
  const args = urls.flatMap((url) => ['-o', '/dev/null', '-w', kFormat, url]);
  const script = `curl -sk --http2 --tlsv1.3 -H 'Accept-Encoding: br' ${args.map((one) => `'${one}'`).join(' ').replaceAll(host, '\'"$WEAKLINK_HOST"\'')}`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.env.WEAKLINK, ['--profile', link, '--', 'bash', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (data) => { out += data; });
    child.on('close', (code) => (code === 0 ? resolve(out.trim().split('\n').map((line) => line.split(' ').map(Number))) : reject(new Error(`curl behind ${link} ended with ${code}`))));
  });
}

// servers: over TLS. `page`: the address of the page at our server; the peer gets the same bytes as a file in `folder`.
// rtt in seconds and kbps of the link. Each figure is a median of the rounds.
export async function measureVisit(servers, made, page, { link = 'edge', rtt = 0.84, rounds = 3, sizes }) {
  const [ours] = servers;
  const body = execFileSync('curl', ['-sk', '-H', 'Accept-Encoding: br', `${ours.origin}${page}`]);
  writeFileSync(`${made.folder}/page.html`, body);
  const files = sizes.map((bytes) => `${made.id}/${made.hot[bytes]}`);
  const runs = Object.fromEntries(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const server of servers) {
      const port = new URL(server.origin).port;
      const base = `https://HOST:${port}`;
      const first = server === ours ? page : `${server.prefix}${made.id}/page.html`;
      runs[server.name].push(await curlBehindLink(link, 'HOST', [`${base}${first}`, ...files.map((path) => `${base}${server.prefix}${path}`)]));
    }
  const trips = (seconds) => seconds / rtt;
  return servers.map(({ name }) => {
    const of = (line, field) => median(runs[name].map((lines) => lines[line][field]));
    return {
      server: name, page_bytes: of(0, 4), head_bytes: of(0, 5), http: of(0, 6), status: of(0, 7),
      tcp: trips(of(0, 0)), tls: trips(of(0, 1) - of(0, 0)), page_first_byte: trips(of(0, 2) - of(0, 1)), page_rest: trips(of(0, 3) - of(0, 2)),
      later: files.map((_, i) => ({ bytes: of(i + 1, 4), first_byte: trips(of(i + 1, 2)), rest: trips(of(i + 1, 3) - of(i + 1, 2)) })),
    };
  });
}
