// Latency while a transcode uses both cores, against the same server without it: a real transcode of a made-up recording,
// as nice as the worker makes its own.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { madeRecording } from '../support/lesson.mjs';
import { median } from '../support/results.mjs';
import { workFolder } from '../support/work.mjs';
import { load } from './hot.mjs';

const kRecording = ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=25:duration=40', '-f', 'lavfi', '-i', 'sine=duration=40', '-preset', 'ultrafast'];

// Transcodes the recording over and over until the result is called, which fails where one ended otherwise than well: without it the machine idles,
// and an idle one would be measured.
export function transcodeOn(recording) {
  const out = `${workFolder('busy')}/version`;
  let child;
  let stopped = false;
  let failure = null;
  let ended;
  const again = () => {
    rmSync(out, { recursive: true, force: true });
    // One core each would be less than "both cores": the transcode may run anywhere.
    child = spawn('taskset', ['-c', '0,1', process.env.BACKGROUND, process.env.CHALKLINE, 'transcode', recording, '--out', out], { stdio: 'ignore' });
    ended = new Promise((done) => {
      child.on('error', (problem) => { failure ??= problem.message; });
      child.on('close', (code) => {
        if (!stopped && code !== 0) failure ??= `ended with ${code}`;
        if (!stopped && !failure) again();
        done();
      });
    });
  };
  again();
  return async () => {
    stopped = true;
    child.kill('SIGKILL');
    await ended;
    if (failure) throw new Error(`the transcode in the background (${process.env.BACKGROUND}): ${failure}`);
  };
}

export async function measureBusy(servers, path, { rounds, seconds, connections = 16 }) {
  const recording = await madeRecording(kRecording);
  const results = [];
  for (const server of servers) {
    const runs = [];
    for (let round = 0; round < rounds; round++) {
      const idle = await load(server, path, connections, seconds);
      const stop = transcodeOn(recording);
      await wait(1500);
      const busy = await load(server, path, connections, seconds);
      await stop();
      runs.push({ idle_p50_ms: idle.p50_ms, busy_p50_ms: busy.p50_ms, idle_p99_ms: idle.p99_ms, busy_p99_ms: busy.p99_ms, p99_ratio: busy.p99_ms / idle.p99_ms });
    }
    results.push({ server: server.name, ...Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((one) => one[key]))])) });
  }
  return results;
}
