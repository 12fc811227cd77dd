// Which media request is which moment of the lesson: read from the site's own playlists, fetched on the machine's side of
// the link, where it costs the learner nothing.
import { Parser } from 'm3u8-parser';

async function read(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const parser = new Parser();
  parser.push(await response.text());
  parser.end();
  return parser.manifest;
}

const rangeText = ({ offset, length }) => `bytes=${offset}-${offset + length - 1}`;

// seen: URLs of playlists that the learner fetched, as seen behind the link; toLocal maps them to this side.
// Returns Map "url|range" -> {track, start, end}; .initEnd: url -> the last byte of its init part.
export async function segmentsOf(seen, toLocal) {
  const segments = new Map();
  segments.initEnd = new Map();
  for (const url of new Set(seen)) {
    const manifest = await read(toLocal(url)).catch(() => null);
    if (!manifest || manifest.playlists) continue;
    const track = /\/audio\//.test(url) ? 'audio' : /\/text\//.test(url) ? 'text' : 'video';
    let start = 0;
    for (const segment of manifest.segments) {
      const address = new URL(segment.uri, url).href;
      segments.set(`${address}|${segment.byterange ? rangeText(segment.byterange) : ''}`, { track, start, end: start + segment.duration });
      start += segment.duration;
      if (segment.map?.byterange) segments.initEnd.set(new URL(segment.map.uri, url).href, segment.map.byterange.offset + segment.map.byterange.length - 1);
    }
  }
  return segments;
}
