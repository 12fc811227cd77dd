// Runs programs for the browser tests: to their end (run), or for as long as a test needs them (serve). A program that fails
// is an error with its last words in it.
import { spawn } from 'node:child_process';

const kLastWords = 4000;

export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => { out += data; });
    child.stderr.on('data', (data) => { err = (err + data).slice(-kLastWords); });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}: ${err || out.slice(-kLastWords)}`));
    });
  });
}

/** Polls `look` until it returns something true, or fails with `what` after `seconds`. */
export async function until(what, look, seconds = 60) {
  for (const deadline = Date.now() + seconds * 1000; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// `chalkline serve` (or another `verb`) on a free port. stop() is a SIGTERM and waits for the drain.
export async function serve(chalkline, library, more = [], verb = 'serve') {
  const child = spawn(chalkline, [verb, '--library', library, '--address', '127.0.0.1', '--port', '0', ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));
  const port = await new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`chalkline serve did not say where it listens within 20 s: ${log}`));
    }, 20_000);
    const read = (data) => {
      log = (log + data).slice(-kLastWords);
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(log);
      if (!found) return;
      clearTimeout(deadline);
      resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('close', () => reject(new Error(`chalkline serve ended before it listened: ${log}`)));
  });
  return {
    port,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      const status = await ended;
      if (status !== 0) throw new Error(`chalkline serve ended with ${status} after SIGTERM: ${log}`);
    },
  };
}
