// The peer's site: nginx, set up as a careful operator would, serving the ladder to a page with hls.js's light build.
import { copyFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { freePort, startServer } from '../support/processes.mjs';
import { workFolder } from '../support/work.mjs';

// The script is asked for first thing, the playlist as soon as it runs; hls.js has its own defaults.
export const peerPage = (playlist = 'multivariant.m3u8') => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Lesson</title>
<link rel="icon" href="data:,"><script defer src="hls.js"></script>
<style>body{margin:0 auto;max-width:60rem;font:1rem sans-serif}video{width:100%;background:#000}</style></head>
<body><video id="video" controls playsinline></video><button id="play">Play</button>
<script>
const video = document.getElementById('video');
const ready = new Promise((resolve) => document.addEventListener('DOMContentLoaded', () => {
  const hls = new Hls();
  hls.loadSource('${playlist}');
  hls.attachMedia(video);
  resolve();
}));
document.getElementById('play').onclick = () => ready.then(() => video.play());
</script></body></html>
`;

// One cipher, the one our server chooses too: what is compared is the servers, not AES-128 with AES-256.
const nginxTls = ({ certificate, key }) =>
  `ssl_certificate ${certificate}; ssl_certificate_key ${key}; ssl_protocols TLSv1.2 TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; ssl_session_cache shared:tls:10m;`;

export const nginxConfig = ({ port, root, folder, workers = 1, nopush = 'on', accessLog = 'off', extra = '', tls = null }) => `
daemon off; worker_processes ${workers}; pid ${folder}/nginx.pid; error_log ${folder}/error.log warn; user root;
worker_rlimit_nofile 20000;
events { worker_connections 8192; }
http {
  types { text/html html; application/javascript js; application/vnd.apple.mpegurl m3u8; video/mp4 mp4; video/iso.segment m4s; }
  default_type application/octet-stream;
  access_log ${accessLog}; sendfile on; tcp_nopush ${nopush}; tcp_nodelay on; keepalive_timeout 75; keepalive_requests 1000000;
  open_file_cache max=10000 inactive=60s; open_file_cache_valid 60s; open_file_cache_min_uses 1;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  gzip on; gzip_types application/javascript application/vnd.apple.mpegurl text/plain; gzip_min_length 256; gzip_comp_level 6;
  ${tls ? nginxTls(tls) : ''}
  server { listen ${port} ${tls ? 'ssl http2' : ''} backlog=4096; ${extra} root ${root}; etag on;
    location ~ \\.(js|mp4|m4s)$ { add_header Cache-Control "public, max-age=31536000, immutable"; }
    location / { add_header Cache-Control "public, max-age=60"; } }
}
`;

export async function startNginx(options) {
  const folder = workFolder(`nginx-${options.name ?? 'site'}`);
  const port = options.port ?? (await freePort());
  writeFileSync(`${folder}/nginx.conf`, nginxConfig({ ...options, port, folder }));
  return startServer('nginx', ['-p', folder, '-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`], port, { urgent: options.urgent });
}

export async function servePeer(ladder, name = 'site') {
  writeFileSync(`${ladder.folder}/index.html`, peerPage());
  copyFileSync('node_modules/hls.js/dist/hls.light.min.js', `${ladder.folder}/hls.js`);
  return startNginx({ name, root: resolve(ladder.folder), urgent: true });
}
