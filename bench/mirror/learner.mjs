// A learner as a player is one: the page, the playlists, then each segment of picture and sound in its time, some seconds ahead of
// what plays. A real HTTP/1.1 client with two connections of its own; nothing is decoded.
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const kAhead = 20; // seconds of lesson that a player wants to have
const kRetryMs = 1000;
const kCodings = { br: brotliDecompressSync, gzip: gunzipSync, '': (body) => body };

/**
 * base: where he asks; lesson: its id; over: an AbortSignal after which he gives up. `seen` has all that any learner got: address -> bytes.
 * Returns {started_s (null: never), stalled_s, played_s, answers (of status 200), retries (requests that had to be repeated), retried_for (why: how often), bytes}.
 */
export async function learn({ base, lesson, over, seen }) {
  setMaxListeners(0, over);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
  const said = { started_s: null, stalled_s: 0, played_s: 0, answers: 0, retries: 0, retried_for: {}, bytes: 0 };
  const began = performance.now();
  const now = () => (performance.now() - began) / 1000;

  const once = (path) => new Promise((done, failed) => {
    const asked = http.get(base + path, { agent, signal: over, headers: { 'accept-encoding': 'gzip, deflate, br' } }, (answer) => {
      let bytes = 0;
      const parts = [];
      answer.on('data', (part) => { bytes += part.length; said.bytes += part.length; parts.push(part); });
      answer.on('end', () => (answer.complete ? done({ status: answer.statusCode, bytes, coded: answer.headers['content-encoding'] ?? '', body: Buffer.concat(parts) }) : failed(new Error('cut'))));
      answer.on('error', failed);
    });
    asked.on('error', failed);
  });
  async function get(path) {
    for (;;) {
      let why;
      try {
        const answer = await once(path);
        if (answer.status === 200) {
          ++said.answers;
          seen.set(`${path} ${answer.coded}`, answer.bytes);
          return kCodings[answer.coded](answer.body);
        }
        if (answer.status < 500) throw Object.assign(new Error(`${path}: ${answer.status}`), { fatal: true });
        why = answer.body.toString().split('\n')[0].slice(0, 80);
      } catch (reason) {
        if (over.aborted || reason.fatal) throw reason;
        why = String(reason.code ?? reason.message);
      }
      ++said.retries;
      said.retried_for[why] = (said.retried_for[why] ?? 0) + 1;
      await wait(kRetryMs, null, { signal: over });
    }
  }

  // A media playlist's segments, by their lengths; ours are numbered from 1.
  async function track(folder) {
    const text = (await get(`${folder}/playlist.m3u8?plain`)).toString();
    await get(`${folder}/init.mp4`);
    return [...text.matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds));
  }

  let there = 0; // seconds of lesson that have come
  let played = 0; // ... and gone by
  let at = 0; // when that was so
  const advance = () => {
    if (said.started_s === null) return;
    const passed = now() - at;
    at += passed;
    said.stalled_s += Math.max(0, passed - (there - played));
    played = Math.min(there, played + passed);
    said.played_s = played;
  };

  try {
    await get(`/watch/${lesson}`);
    const { base: version, renditions } = JSON.parse((await get(`/api/v1/lessons/${lesson}`)).toString());
    const cheapest = (kind) => renditions.filter((each) => each.kind === kind).sort((a, b) => a.average_bandwidth - b.average_bandwidth)[0];
    const folders = [cheapest('video'), cheapest('audio')].map(({ id }) => version + id);
    const [lengths] = await Promise.all(folders.map(track));
    for (let i = 0; i < lengths.length; ++i) {
      while (said.started_s !== null && there - played > kAhead) {
        await wait(200, null, { signal: over });
        advance();
      }
      await Promise.all(folders.map((folder) => get(`${folder}/${i + 1}.m4s`)));
      advance();
      there += lengths[i];
      if (i === 0) said.started_s = at = now();
    }
    advance();
    said.played_s = there; // what is there plays to its end without a line
  } catch (reason) {
    if (over.aborted) advance(); // who waits when the day is over has waited until then
    else said.failed = String(reason);
  } finally {
    agent.destroy();
  }
  return said;
}
