// Which media request is which moment of the lesson, and of which rung: read from the site's own playlists, fetched on the
// machine's side of the link, where it costs the learner nothing, and whether or not the learner's player asked for them.
import { readFileSync, readdirSync } from 'node:fs';
import { Parser } from 'm3u8-parser';

// A site's media playlists: [{path, track, rung}], of everything a library publishes, or of the peer's ladder.
export function mediaOfLibrary(library) {
  return readdirSync(`${library}/versions`).flatMap((version) =>
    JSON.parse(readFileSync(`${library}/versions/${version}/index.json`, 'utf8')).renditions.map((r) => ({ path: `/v/${version}/${r.playlist}`, track: r.kind, rung: r.id })));
}
export const mediaOfPeer = (ladder) => ladder.rungs.map((r) => ({ path: `/${r.height}.m3u8`, track: 'video', rung: `${r.height}p` }));

const rangeText = ({ offset, length }) => `bytes=${offset}-${offset + length - 1}`;

// One playlist's segments into the map; address: its URL as the learner sees it. Pure.
export function readSegments(text, address, { track, rung }, segments) {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  let start = 0;
  for (const segment of parser.manifest.segments) {
    const url = new URL(segment.uri, address).href;
    segments.set(`${url}|${segment.byterange ? rangeText(segment.byterange) : ''}`, { track, rung, start, end: start + segment.duration });
    start += segment.duration;
    if (segment.map?.byterange) segments.initEnd.set(new URL(segment.map.uri, address).href, segment.map.byterange.offset + segment.map.byterange.length - 1);
  }
}

// Map "url|range" (as the learner sees it) -> {track, rung, start, end}; .initEnd: url -> the last byte of its init part.
export async function segmentsOf(media, port, host) {
  const segments = new Map();
  segments.initEnd = new Map();
  for (const one of media) {
    const response = await fetch(`http://127.0.0.1:${port}${one.path}`);
    if (!response.ok) throw new Error(`${one.path} answers ${response.status}`);
    readSegments(await response.text(), `http://${host}:${port}${one.path}`, one, segments);
  }
  return segments;
}
