// nginx as a cache of an origin, with the file that deploy/caches/ ships: only the places of the machine are put into it. Called by
// bench/mirror/near.mjs and by tests/caches/, so that what is measured is what is tested and given away.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const kShipped = new URL('../../deploy/caches/nginx.conf', import.meta.url);

// Writes FOLDER/conf; the arguments with which nginx then serves 127.0.0.1:port. origin: "host:port"; globals: further directives
// outside of its file. Throws where the shipped file has no longer what is to be replaced.
export function nginxCache(folder, port, origin, globals = '') {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  const places = {
    '/run/nginx-chalkline.pid': join(folder, 'pid'), '/var/cache/nginx/chalkline': join(folder, 'cache'), 'video.example:80': origin,
    'listen 8080': `listen 127.0.0.1:${port}`, 'access_log off;': `access_log off; ${temporary}`,
  };
  let text = readFileSync(kShipped, 'utf8');
  for (const [shipped, here] of Object.entries(places)) {
    if (!text.includes(shipped)) throw new Error(`deploy/caches/nginx.conf has no "${shipped}"`);
    text = text.replace(shipped, here);
  }
  writeFileSync(join(folder, 'conf'), text);
  return ['-c', join(folder, 'conf'), '-p', folder, '-e', join(folder, 'errors'), '-g', `daemon off; ${globals}`];
}
