// What is measured must not wait for what is not: servers and the learner's browser run at a better niceness than the
// rest of the machine, where root allows. Linux groups processes by session before niceness counts (sched(7),
// autogroup), so each gets a session of its own and that session's weight is raised too. Without the right to do so
// everything runs as it is; the fitness of a result (fitness.mjs) then says whether that was good enough.
import { readdirSync, writeFileSync } from 'node:fs';

export const kUrgent = -10;       // of processes
const kUrgentSession = -15;      // of their sessions, which is what counts between them and other work

// [command, arguments, spawn options] of an urgent child; nice(1) goes on without the right.
export const urgently = (command, args, options = {}) => ['nice', ['-n', String(kUrgent), command, ...args], { ...options, detached: true }];

// Raises the sessions of these processes; true when all could be.
export function raiseSessions(pids) {
  let all = true;
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, String(kUrgentSession));
    } catch (problem) {
      all &&= problem.code === 'ENOENT'; // it has ended, or the kernel has no autogroups
    }
  }
  return all;
}

// Every process that this one can see: inside a link that is the learner's own.
export const visibleProcesses = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));
