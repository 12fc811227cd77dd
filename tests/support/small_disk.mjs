// A small disk of a test's own: a tmpfs in the mount namespace of a process that stands still, seen through its /proc/PID/root.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of `megabytes`, mounted on the folder `path`, for as long as this process; null where there are no namespaces to be had. */
export async function smallDisk(path, megabytes) {
  mkdirSync(path, { recursive: true });
  const holder = spawn('unshare', ['-Urm', 'sh', '-c', `mount -t tmpfs -o size=${megabytes}m none ${path} && echo ready && exec sleep 86400`], { stdio: ['ignore', 'pipe', 'ignore'] });
  process.on('exit', () => holder.kill('SIGKILL'));
  const ready = await new Promise((resolve) => {
    holder.stdout.once('data', () => resolve(true));
    holder.on('error', () => resolve(false)).on('close', () => resolve(false));
  });
  if (!ready) return null;
  const seen = `/proc/${holder.pid}/root${path}`;
  const ballast = join(seen, 'ballast');
  const free = () => {
    const { bavail, bsize } = statfsSync(seen);
    return bavail * bsize;
  };
  return {
    /** Where this process sees it, and where those `within` do, to whom SQLite belongs (it takes a symlink apart). */
    path: seen,
    at: path,
    /** The command that runs `program` where the disk is. */
    within: (program, args) => ['nsenter', ['-t', String(holder.pid), '-U', '-m', '--preserve-credentials', program, ...args]],
    /** Leaves `rest` bytes, a multiple of 4096. */
    fill: (rest = 0) => {
      // Somebody else may take the room between the look and the grip.
      for (let tries = 0; tries < 50; ++tries) {
        const more = free() - rest;
        if (more <= 0 || spawnSync('fallocate', ['-l', String(more), ballast], { stdio: 'ignore' }).status === 0) return;
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    close: () => holder.kill('SIGKILL'),
  };
}
