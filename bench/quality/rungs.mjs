// The rungs of a version and of the peer's ladder as files, with the bits that each costs. Pictures are compared with
// pictures: sound is counted apart, and a container that both share is charged to each by its number of packets.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { packetsOf } from '../support/probe.mjs';

// Bytes of one track in the first `seconds`, its share of the container included: of what is no packet, the share by the
// number of packets. others: packets of the tracks in the same file. Pure.
export function bytesWithin({ total, packets, others = [], seconds }) {
  const sum = (list) => list.reduce((bytes, p) => bytes + p.bytes, 0);
  const first = packets.reduce((low, p) => Math.min(low, p.pts), Infinity);
  const inside = packets.filter((p) => p.pts - first < seconds);
  const container = Math.max(0, total - sum(packets) - sum(others)) / Math.max(1, packets.length + others.length);
  return sum(inside) + container * inside.length;
}

// The files of a media playlist, in order: init, then every segment. Pure.
export function filesOf(playlist) {
  const init = /#EXT-X-MAP:URI="([^"]+)"/.exec(playlist)?.[1];
  return [...(init ? [init] : []), ...playlist.split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('#'))];
}

// Our segments as one file, which is what a player appends; returns its bytes.
function join(version, playlist, into) {
  const from = dirname(`${version}/${playlist}`);
  writeFileSync(into, Buffer.concat(filesOf(readFileSync(`${version}/${playlist}`, 'utf8')).map((name) => readFileSync(`${from}/${name}`))));
  return statSync(into).size;
}

// The video renditions of a version: [{name, codec, height, fps, file, bytes, kbps}], and what its audio costs.
export async function rungsOfVersion(version, folder, seconds) {
  const index = JSON.parse(readFileSync(`${version}/index.json`, 'utf8'));
  const duration = index.duration_ms / 1000;
  mkdirSync(folder, { recursive: true });
  const rungs = [];
  for (const r of index.renditions.filter((one) => one.kind === 'video')) {
    const file = `${folder}/${r.id.replaceAll('/', '-')}.mp4`;
    const bytes = join(version, r.playlist, file);
    const within = seconds < duration ? bytesWithin({ total: bytes, packets: await packetsOf(file, 'v:0'), seconds }) : bytes;
    const [frames, over] = r.frame_rate ?? [0, 1];
    rungs.push({ name: r.id, codec: r.codec, height: Math.min(r.width, r.height), fps: frames / over, file, bytes, kbps: (within * 8) / 1000 / Math.min(seconds, duration) });
  }
  const audio = index.renditions.filter((r) => r.kind === 'audio').map((r) => ({ name: r.id, codec: r.codec, kbps: (r.bytes * 8) / 1000 / duration }));
  return { rungs, audio };
}

// The peer's, from makeLadder().
export async function rungsOfPeer(ladder, seconds) {
  const rungs = [];
  for (const r of ladder.rungs) {
    const packets = await packetsOf(r.file, 'v:0');
    const others = ladder.source.audio ? await packetsOf(r.file, 'a:0') : [];
    const within = bytesWithin({ total: r.bytes, packets, others, seconds });
    rungs.push({
      name: `${r.height}p`, codec: 'h264', height: Math.min(r.width, r.shownHeight), fps: packets.length / ladder.source.duration, file: r.file, bytes: r.bytes,
      kbps: (within * 8) / 1000 / Math.min(seconds, ladder.source.duration), kbps_with_audio: r.kbps,
    });
  }
  return rungs;
}
