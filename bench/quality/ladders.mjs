// Every rung of ours and of the peer's with its bits and its scores. Called by quality/main.mjs and peers/main.mjs.
import { makeLadder } from '../peers/ladder.mjs';
import { workFolder } from '../support/work.mjs';
import { rungsOfPeer, rungsOfVersion } from './rungs.mjs';
import { score } from './score.mjs';

// Runs `work` over the list, `jobs` at once.
async function each(list, jobs, work) {
  const queue = list.entries();
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, async () => { for (const [, item] of queue) await work(item); }));
}

// version: the folder of ours; seconds: how much of the beginning to compare (0: all). kbps: all bytes of the rung's
// pictures in that time, containers included, over that time.
export async function scoredLadders({ name, path, version, seconds, model, jobs = 1, progress = () => {} }) {
  const peer = await makeLadder(path);
  const facts = peer.source;
  const span = Number(seconds) > 0 ? Math.min(Number(seconds), facts.duration) : facts.duration;
  const { rungs: ours, audio } = await rungsOfVersion(version, workFolder(`quality/${name}`), span);
  const theirs = await rungsOfPeer(peer, span);
  await each([...theirs, ...ours], jobs, async (rung) => {
    Object.assign(rung, await score({ distorted: rung.file, source: path, facts, seconds: span, model }));
    progress(rung);
  });
  return { name, facts, seconds: span, ours, audio, theirs };
}
