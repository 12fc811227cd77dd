// A real server for benchmarks of what is asked of it rather than of what it shows: in a folder of the benchmark's own, without a
// worker, with a library that may be empty or not there yet. Called by catalogue, upload and store; lessons are served by lesson.mjs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, run, startServer } from './processes.mjs';

// startServer()'s, with `base` (its address), `library` and `token` (an editor's, where `token` was asked for). Its configuration is
// WORK/chalkline.yaml; `access`: with the access log; `keep`: characters of the log that log() has, from its end.
export async function serveEmpty(work, { library = join(work, 'library'), access = false, token = false, urgent = false, keep } = {}) {
  const port = await freePort();
  const config = join(work, 'chalkline.yaml');
  writeFileSync(config, `server: {port: ${port}}\nlibrary: {path: ${library}}\nworker: {enabled: false}\nlog: {access: ${access}}\n`);
  const secret = token ? JSON.parse((await run(process.env.CHALKLINE, ['token', 'create', '--role', 'editor', '--label', 'bench', '--config', config, '--json'])).out).secret : null;
  const server = await startServer(process.env.CHALKLINE, ['serve', '--config', config], port, { urgent, keep });
  return { ...server, base: `http://127.0.0.1:${port}`, library, token: secret };
}
