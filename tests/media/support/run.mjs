// Runs programs for the media tests: arguments as a list (never a shell), a deadline on each, everything they wrote
// returned. Used by the generator, the checks and the runner. `ffmpeg` and `ffprobe` are Debian's own.
import { spawn } from 'node:child_process';

/** @returns {Promise<{code: number|null, signal: string|null, stdout: Buffer, stderr: string, ms: number, timedOut: boolean}>} */
export function run(program, args, { cwd, env, input, timeoutMs = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, { cwd, env: env ?? process.env, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    const out = [];
    const err = [];
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`cannot start ${program}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        code, signal, timedOut, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8'),
        ms: performance.now() - began,
      });
    });
    if (input) {
      child.stdin.on('error', () => {});  // a reader that stops early is judged by its exit code
      child.stdin.end(input);
    }
  });
}

/** ffmpeg with quiet defaults; throws with its words when it fails. */
export async function ffmpeg(args, options = {}) {
  const done = await run('ffmpeg', ['-hide_banner', '-nostdin', '-y', '-v', 'error', ...args], options);
  if (done.code !== 0) throw new Error(`ffmpeg ${args.join(' ')}\n${done.stderr}`);
  return done;
}

/** ffprobe's answer as an object; throws when the file cannot be read at all. */
export async function ffprobe(path, show, extra = []) {
  const done = await run('ffprobe', ['-v', 'error', ...extra, ...show.map((what) => `-show_${what}`), '-of', 'json', path]);
  if (done.code !== 0) throw new Error(`ffprobe ${path}: ${done.stderr}`);
  return JSON.parse(done.stdout.toString('utf8'));
}

/** Calls `work` for each item, at most `width` at a time, keeping the order of results. */
export async function inParallel(items, width, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const mine = next++;
      results[mine] = await work(items[mine], mine);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
