// What the scenarios share: the real binary (CHALKLINE_BINARY), temporary folders, generated recordings, waiting on a
// state with a deadline. Every process started here is ended with the test that started it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { testEnvironment } from '../../support/environment.mjs';

export const binary = process.env.CHALKLINE_BINARY;
assert.ok(binary && existsSync(binary), 'CHALKLINE_BINARY must name the built program');

// What is to be done when a test ends, the last that was asked for first: a process is ended before its folder goes. One that
// fails keeps none of the others from being done; a process left alive would keep the whole file from ending.
const endings = new WeakMap();
function atEnd(t, ending) {
  if (!endings.has(t)) {
    endings.set(t, []);
    t.after(async () => {
      const results = [];
      for (const each of endings.get(t).reverse()) results.push(...(await Promise.allSettled([each()])));
      for (const { reason } of results) if (reason) throw reason;
    });
  }
  endings.get(t).push(ending);
}

/** A folder that is removed when the test `t` ends. */
export function folderFor(t) {
  const folder = mkdtempSync(join(tmpdir(), 'chalkline-cli-'));
  atEnd(t, async () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Starts the program; `ended` resolves to {code, signal, stdout, stderr}. Killed at the end of `t` if it still runs. */
export function start(t, args, { env = {}, cwd, within = (program, words) => [program, words] } = {}) {
  const child = spawn(...within(binary, args), { env: { ...testEnvironment(), ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (said.stderr += text));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...said }));
  });
  atEnd(t, async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return { child, said, ended };
}

/** Runs the program to its end. */
export function run(t, ...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {};
  return start(t, args, options).ended;
}

/** Exactly one sentence on standard error, nothing on standard output, the exit code. */
export function assertRefused(result, code, pattern) {
  assert.equal(result.code, code, result.stderr);
  assert.equal(result.stdout, '');
  assert.match(result.stderr, /^chalkline: [^\n]+\n$/);
  assert.match(result.stderr, pattern);
}

/** Polls `look` until it returns something true, or fails with `what` after `seconds`. A look that takes long (a program that is
 * started for it) has ten times as long to wait for the next: what is waited for needs the processor too. */
export async function until(what, look, seconds = 120) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const began = performance.now();
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited ${seconds} s for ${what}`);
    const pause = Math.min(1000, Math.max(50, 10 * (performance.now() - began)));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A port that nobody listens on. */
export const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/** A recording made by ffmpeg: a moving picture, through `filter` where there is one, and a tone. */
export function recording(folder, name, { seconds = 3, size = '320x240', rate = 15, filter = '' } = {}) {
  const path = join(folder, name);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}${filter && `,${filter}`}`,
    '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast',
    '-c:a', 'aac', '-shortest', path]);
  return path;
}

/** The same without pictures. */
export function soundAlone(folder, name, { seconds = 3 } = {}) {
  const path = join(folder, name);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`, '-c:a', 'aac', path]);
  return path;
}

/** The video packets of a file, as ffprobe finds them: [{pts, flags}]. */
export function packets(path) {
  const found = execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts,flags', '-of', 'json', path]);
  return JSON.parse(found).packets;
}

/** Names in a folder, hidden ones too; [] where there is none. */
export function names(folder) {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Process ids of the direct children of `pid`. */
export function childrenOf(pid) {
  const found = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) === pid && state !== 'Z') found.push(Number(entry));
    } catch {
      // it ended while we looked
    }
  }
  return found;
}

/**
 * The confined transcode below `pid`, or undefined. Not any child: the first of a server, as of a transcode, is the short one
 * that tries what this system can confine.
 */
export function transcodeBelow(pid) {
  return childrenOf(pid).find((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0').includes('--confined');
    } catch {
      return false; // it ended while we looked
    }
  });
}

/** Does a process of that id exist, not counting one that has ended and waits to be reaped? */
export function isRunning(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
}

/** The address in a server's "serving" line, once it is there. */
export async function addressOf(server) {
  return until('the server to listen', () => /serving .*address=(\S+)\//.exec(server.said.stderr)?.[1]);
}

/** Kills the process and what it started as soon as `look` finds something; false where it had ended before. */
export async function killed(t, args, look) {
  const running = start(t, args);
  const child = await until('the work to begin', () => transcodeBelow(running.child.pid) ?? (running.child.exitCode !== null && -1));
  const done = await until('the moment', () => running.child.exitCode !== null ? 'too late' : look() && 'now');
  running.child.kill('SIGKILL');
  await running.ended;
  if (child > 0) await until('the orphan to die with its parent', () => !isRunning(child));
  return done === 'now';
}
