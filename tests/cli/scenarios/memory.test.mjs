// A lesson four times as long needs no more memory: the peak of the process at work (VmHWM) over two lengths of the same film.
// A slow film in full HD, so that pictures are large and a long lesson is quick to make; sound, cues and chapters grow along.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { childrenOf, folderFor, start } from './chalkline.mjs';

const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23);

/** `rounds` times a film of 60 s at 2 pictures a second with a moving scene, a tone, a cue a second. */
function lesson(folder, piece, rounds) {
  const film = join(folder, `${rounds}.mkv`);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-stream_loop', String(rounds - 1), '-i', piece, '-c', 'copy', film]);
  const captions = join(folder, `${rounds}.vtt`);
  const cues = Array.from({ length: rounds * 60 }, (_, i) => `${clock(i)} --> ${clock(i + 1)}\nThis is said in second ${i} of the lesson.\n`);
  writeFileSync(captions, `WEBVTT\n\n${cues.join('\n')}`);
  return { film, captions };
}

/** Peak resident memory, in MB, of the process that does the work. */
async function peak(t, folder, { film, captions }, rounds) {
  const running = start(t, ['transcode', film, '--out', join(folder, `out${rounds}`), '--captions', `${captions}:en`]);
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

test('memory stays under 1.5 GB in full HD and does not grow with the lesson', async (t) => {
  const folder = folderFor(t);
  const piece = join(folder, 'piece.mkv');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=1920x1080:r=2:d=60', '-f', 'lavfi', '-i', 'sine=d=60',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', piece]);
  const short = await peak(t, folder, lesson(folder, piece, 1), 1);
  const long = await peak(t, folder, lesson(folder, piece, 4), 4);
  t.diagnostic(`peak of one minute ${short.toFixed(0)} MB, of four minutes ${long.toFixed(0)} MB`);
  assert.ok(long < 1500, `${long} MB`);
  assert.ok(long < 1.1 * short + 10, `one minute takes ${short} MB, four minutes ${long} MB`);
});
