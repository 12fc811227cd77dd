// What a process and all that it starts cost: wall seconds, CPU seconds, and the most memory they held together. Read from
// /proc while they run; CPU of ended children is what their parent has collected.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { raiseSessions, urgently } from './priority.mjs';

const kTicks = 100; // USER_HZ on every Linux that Debian supports

function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(rest[1]), ticks: Number(rest[11]) + Number(rest[12]), childTicks: Number(rest[13]) + Number(rest[14]), rss: Number(rest[21]) * 4096 };
  } catch {
    return null; // it has ended
  }
}

export function tree(root) {
  const all = new Map();
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) all.set(Number(name), stat(name));
  const members = [root];
  for (let i = 0; i < members.length; i++) for (const [pid, one] of all) if (one && one.parent === members[i]) members.push(pid);
  return members.map((pid) => [pid, all.get(pid)]).filter(([, one]) => one);
}

// CPU seconds of a running server and its children so far.
export const cpuSeconds = (root) => tree(root).reduce((sum, [, one]) => sum + one.ticks + one.childTicks, 0) / kTicks;

// The same to the nanosecond, for short runs: what the scheduler ran of each thread that is alive now.
export function exactCpuSeconds(root) {
  let nanoseconds = 0;
  for (const [pid] of tree(root))
    for (const task of readdirSync(`/proc/${pid}/task`)) nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return nanoseconds / 1e9;
}

// A size of /proc/PID/status (VmRSS, VmHWM) in bytes: of that process alone.
export const statusBytes = (pid, name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

// Bytes of memory that are a process's own or its share of shared ones, children too.
export const proportionalBytes = (root) =>
  tree(root).reduce((sum, [pid]) => sum + 1024 * Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]), 0);

// urgent: before the rest of the machine, so that wall seconds mean something on a busy one.
export function costOf(command, args, { urgent = false } = {}) {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    // bash's own `time` sees the children's CPU as the kernel collected it.
    const timed = ['-c', 'TIMEFORMAT="cost %U %S"; time "$@"', 'bash', command, ...args];
    const stdio = { stdio: ['ignore', 'ignore', 'pipe'] };
    const child = urgent ? spawn(...urgently('bash', timed, stdio)) : spawn('bash', timed, stdio);
    if (urgent && child.pid) raiseSessions([child.pid]);
    let err = '';
    let peak = 0;
    child.stderr.on('data', (data) => { err = (err + data).slice(-4000); });
    const timer = setInterval(() => { peak = Math.max(peak, tree(child.pid).reduce((sum, [, one]) => sum + one.rss, 0)); }, 50);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const cost = /cost ([0-9.]+) ([0-9.]+)/.exec(err);
      if (code !== 0 || !cost) return reject(new Error(`${command} ended with ${code}: ${err}`));
      resolve({ wall_s: Number(process.hrtime.bigint() - began) / 1e9, cpu_s: Number(cost[1]) + Number(cost[2]), peak_mb: peak / 1e6 });
    });
  });
}
