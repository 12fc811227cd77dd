// A reader for HLS playlists (RFC 8216bis 4.1-4.2) that shares no code with manifests/: lines into tags with attributes.
// Pure and strict: an attribute list it cannot read is an error, an unknown tag is kept.

/** "A=1,B=\"x,y\"" -> Map; quoted values keep their quotes so that a check can tell them apart. */
export function readAttributes(text) {
  const attributes = new Map();
  if (text.endsWith(',')) throw new Error(`attribute list ends with a comma: ${text}`);
  const shape = /([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(,|$)/y;
  while (shape.lastIndex < text.length) {
    const found = shape.exec(text);
    if (!found) throw new Error(`attribute list is malformed: ${text}`);
    if (attributes.has(found[1])) throw new Error(`attribute ${found[1]} twice in: ${text}`);
    attributes.set(found[1], found[2]);
  }
  return attributes;
}

export const unquote = (value) => (value === undefined ? undefined : value.replace(/^"|"$/g, ''));

/** [{tag, value, uri?}] : a URI line becomes {tag: 'URI', value}. */
export function readLines(text) {
  if (text.charCodeAt(0) === 0xfeff) throw new Error('playlist begins with a byte order mark (RFC 8216bis 4.1)');
  if (!text.startsWith('#EXTM3U\n')) throw new Error('playlist does not begin with #EXTM3U');
  if (!text.endsWith('\n')) throw new Error('playlist does not end with a line feed');
  const items = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (!line.startsWith('#')) items.push({ tag: 'URI', value: line });
    else if (line.startsWith('#EXT')) {
      const colon = line.indexOf(':');
      items.push(colon < 0 ? { tag: line.slice(1), value: '' } : { tag: line.slice(1, colon), value: line.slice(colon + 1) });
    }
  }
  return items;
}

const valueOf = (items, tag) => items.find((item) => item.tag === tag)?.value;

export function readMediaPlaylist(text) {
  const items = readLines(text);
  const playlist = {
    version: Number(valueOf(items, 'EXT-X-VERSION')),
    targetDuration: Number(valueOf(items, 'EXT-X-TARGETDURATION')),
    type: valueOf(items, 'EXT-X-PLAYLIST-TYPE'),
    independent: items.some((item) => item.tag === 'EXT-X-INDEPENDENT-SEGMENTS'),
    iframesOnly: items.some((item) => item.tag === 'EXT-X-I-FRAMES-ONLY'),
    ended: items.at(-1)?.tag === 'EXT-X-ENDLIST',
    segments: [],
  };
  let pending = {};
  for (const { tag, value } of items) {
    if (tag === 'EXT-X-MAP') playlist.map = unquote(readAttributes(value).get('URI'));
    if (tag === 'EXTINF') pending.extinf = value.split(',')[0];
    if (tag === 'EXT-X-BYTERANGE') pending.range = value;
    if (tag === 'URI') {
      if (pending.extinf === undefined) throw new Error(`segment ${value} has no EXTINF`);
      playlist.segments.push({ uri: value, ...pending });
      pending = {};
    }
  }
  return playlist;
}

export function readMultivariant(text) {
  const items = readLines(text);
  const variants = [];
  items.forEach((item, i) => {
    if (item.tag !== 'EXT-X-STREAM-INF') return;
    const next = items[i + 1];
    if (next?.tag !== 'URI') throw new Error('EXT-X-STREAM-INF is not followed by a URI');
    variants.push({ attributes: readAttributes(item.value), uri: next.value });
  });
  const all = (tag) => items.filter((item) => item.tag === tag).map((item) => readAttributes(item.value));
  return {
    version: Number(valueOf(items, 'EXT-X-VERSION')),
    independent: items.some((item) => item.tag === 'EXT-X-INDEPENDENT-SEGMENTS'),
    variants,
    media: all('EXT-X-MEDIA'),
    iframes: all('EXT-X-I-FRAME-STREAM-INF'),
  };
}
