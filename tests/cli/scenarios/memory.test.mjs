// What a transcode holds in memory (VmHWM of the process at work): under 1.5 GB in full HD, and the same for a lesson four times as long.
// Slow films, so that a long lesson is quick to make; sound, cues and chapters grow along.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { childrenOf, folderFor, start } from './chalkline.mjs';

const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23);

/** A film of 60 s at 2 pictures a second with a moving scene and a tone. */
function minute(folder, size) {
  const piece = join(folder, 'piece.mkv');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=2:d=60`, '-f', 'lavfi', '-i', 'sine=d=60',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', piece]);
  return piece;
}

/** `rounds` times that film, and a cue a second. */
function lesson(folder, piece, rounds) {
  const film = join(folder, `${rounds}.mkv`);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-stream_loop', String(rounds - 1), '-i', piece, '-c', 'copy', film]);
  const captions = join(folder, `${rounds}.vtt`);
  const cues = Array.from({ length: rounds * 60 }, (_, i) => `${clock(i)} --> ${clock(i + 1)}\nThis is said in second ${i} of the lesson.\n`);
  writeFileSync(captions, `WEBVTT\n\n${cues.join('\n')}`);
  return { film, captions, out: join(folder, `out${rounds}`) };
}

/** Peak resident memory, in MB, of the process that does the work. */
async function peak(t, { film, captions, out }, ...options) {
  const running = start(t, ['transcode', film, '--out', out, '--captions', `${captions}:en`, ...options]);
  let most = 0;
  const look = setInterval(() => {
    for (const child of childrenOf(running.child.pid)) {
      try {
        most = Math.max(most, Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? 0) / 1000);
      } catch {
        // it ended while we looked
      }
    }
  }, 100); // it is the most so far, whenever one looks
  const ended = await running.ended;
  clearInterval(look);
  assert.equal(ended.code, 0, ended.stderr);
  assert.ok(most > 0);
  return most;
}

test('memory stays under 1.5 GB in full HD', async (t) => {
  const folder = folderFor(t);
  const most = await peak(t, lesson(folder, minute(folder, '1920x1080'), 1));
  t.diagnostic(`peak of one minute ${most.toFixed(0)} MB`);
  assert.ok(most < 1500, `${most} MB`);
});

// With the quickest encoder, which holds least itself, so that what grows shows. One minute does not fill all that is held ahead.
test('memory does not grow with the lesson', async (t) => {
  const folder = folderFor(t);
  const piece = minute(folder, '1280x720');
  const config = join(folder, 'quick.yaml');
  writeFileSync(config, 'transcode: {x264_preset: ultrafast}\n');
  const short = await peak(t, lesson(folder, piece, 2), '--config', config);
  const long = await peak(t, lesson(folder, piece, 8), '--config', config);
  t.diagnostic(`peak of two minutes ${short.toFixed(0)} MB, of eight minutes ${long.toFixed(0)} MB`);
  assert.ok(long < 1.1 * short + 10, `two minutes take ${short} MB, eight minutes ${long} MB`);
});
