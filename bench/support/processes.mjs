// Child processes of the lab: programs that end, servers that are waited for and stopped. Everything runs in weaklink
// --lab, which ends what is left when the benchmark is killed. `urgent` ones go before the rest of the machine.
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { raiseSessions, urgently } from './priority.mjs';

function start(command, args, { urgent = false, ...options }) {
  const child = urgent ? spawn(...urgently(command, args, options)) : spawn(command, args, options);
  if (urgent && child.pid) raiseSessions([child.pid]);
  return child;
}

// Runs to the end; rejects with the last lines of standard error when the exit code is not 0.
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    let err = '';
    child.stdout?.on('data', (data) => { out += data; });
    child.stderr?.on('data', (data) => { err = (err + data).slice(-8000); });
    child.on('error', (problem) => reject(new Error(`cannot run ${command}: ${problem.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ out, err });
      else reject(new Error(`${command} ended with ${signal ?? code}: ${err.trim().split('\n').slice(-6).join('\n')}`));
    });
  });
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });

// A server that is listening when this returns; stop() ends it and waits, log() is what it has said on standard error: the last `keep`
// characters of it.
export async function startServer(command, args, port, { keep = 4000, ...options } = {}) {
  const child = start(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (data) => { err += data; if (err.length > keep) err = err.slice(-keep); });
  let ended = false;
  const end = new Promise((resolve) => child.on('close', () => { ended = true; resolve(); }));
  const deadline = Date.now() + 30_000;
  while (!(await accepts(port))) {
    if (ended) throw new Error(`${command} ended before it listened: ${err}`);
    if (Date.now() > deadline) throw new Error(`${command} did not listen on port ${port} within 30 s: ${err}`);
    await wait(50);
  }
  return {
    pid: child.pid,
    port,
    log: () => err,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await end;
      clearTimeout(late);
    },
  };
}
