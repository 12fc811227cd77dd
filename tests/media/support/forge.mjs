// Writers of containers that no muxer would write: an MP4 and a Matroska file of one's own tables and elements, and the bits
// inside codec headers. Used by inputs/bombs.mjs; sizes and counts are whatever the caller claims.

export const u8 = (...values) => Buffer.from(values);
export const u16 = (...values) => Buffer.concat(values.map((value) => { const two = Buffer.alloc(2); two.writeUInt16BE(value & 0xffff); return two; }));
export const u32 = (...values) => Buffer.concat(values.map((value) => { const four = Buffer.alloc(4); four.writeUInt32BE(value >>> 0); return four; }));
export const u64 = (value) => { const eight = Buffer.alloc(8); eight.writeBigUInt64BE(BigInt(value)); return eight; };
export const text = (value) => Buffer.from(value, 'utf8');

/** A box of ISO/IEC 14496-12. */
export function box(type, ...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

const kUpright = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/**
 * An MP4 with one video track at 25 pictures a second (timescale 25000): {fourcc, config, width, height, samples: [Buffer]}. `tables` replaces
 * the contents of stts, ctts, stsc, stsz, stco; `edits` adds an elst; `traks` and `boxes` are appended to moov; `seconds` is
 * what the headers claim.
 */
export function mp4({ fourcc, config = Buffer.alloc(0), width, height, samples, tables = {}, edits, traks = [], boxes = [], seconds }) {
  const ftyp = box('ftyp', text('isom'), u32(512), text('isomiso2mp41'));
  const data = box('mdat', ...samples);
  const ticks = (seconds ?? samples.length / 25) * 25000;
  const entry = box(fourcc, Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(width, height), u32(0x480000, 0x480000, 0), u16(1), Buffer.alloc(32), u16(24, 0xffff), config);
  const stbl = box('stbl',
    box('stsd', u32(0, 1), entry),
    box('stts', u32(0), tables.stts ?? u32(1, samples.length, 1000)),
    ...(tables.ctts ? [box('ctts', u32(0), tables.ctts)] : []),
    box('stsc', u32(0), tables.stsc ?? u32(1, 1, samples.length, 1)),
    box('stsz', u32(0), tables.stsz ?? u32(0, samples.length, ...samples.map(({ length }) => length))),
    box('stco', u32(0), tables.stco ?? u32(1, ftyp.length + 8)));
  const trak = box('trak',
    box('tkhd', u32(7, 0, 0, 1, 0, ticks / 25, 0, 0, 0, 0), kUpright, u32(width << 16, height << 16)),
    ...(edits ? [box('edts', box('elst', edits))] : []),
    box('mdia',
      box('mdhd', u32(0, 0, 0, 25000, ticks), u16(0x55c4, 0)),
      box('hdlr', u32(0, 0), text('vide'), u32(0, 0, 0), u8(0)),
      box('minf', box('vmhd', u32(1, 0, 0)), box('dinf', box('dref', u32(0, 1), box('url ', u32(1)))), stbl)));
  const mvhd = box('mvhd', u32(0, 0, 0, 1000, ticks / 25, 0x10000), u16(0x100, 0), u32(0, 0), kUpright, Buffer.alloc(24), u32(2));
  return Buffer.concat([ftyp, data, box('moov', mvhd, trak, ...traks, ...boxes)]);
}

/** An EBML element (RFC 8794): `id` as the bytes of its number. */
export function element(id, ...parts) {
  const body = Buffer.concat(parts);
  const size = body.length < 127 ? u8(0x80 | body.length) : u64(BigInt(body.length) | (1n << 56n));
  const head = Buffer.from(id.toString(16).padStart(id > 0xffffff ? 8 : id > 0xffff ? 6 : id > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([head, size, body]);
}

/** A Matroska file (RFC 9559): contents of Tracks, then further top-level elements, then clusters. Time in milliseconds. */
export function matroska({ tracks, before = [], clusters, info = [] }) {
  return Buffer.concat([
    element(0x1a45dfa3, element(0x4282, text('matroska')), element(0x4287, u8(4)), element(0x4285, u8(2))),
    element(0x18538067,
      element(0x1549a966, element(0x2ad7b1, u32(1_000_000)), element(0x4d80, text('x')), element(0x5741, text('x')), ...info),
      element(0x1654ae6b, ...tracks), ...before, ...clusters),
  ]);
}

export const videoTrack = ({ number = 1, codec, width, height, config, extra = [] }) => element(0xae,
  element(0xd7, u8(number)), element(0x73c5, u8(number)), element(0x83, u8(1)), element(0x86, text(codec)),
  ...(config ? [element(0x63a2, config)] : []), element(0xe0, element(0xb0, u32(width)), element(0xba, u32(height))), ...extra);

export const textTrack = (number) => element(0xae, element(0xd7, u8(number)), element(0x73c5, u8(number)), element(0x83, u8(0x11)), element(0x86, text('S_TEXT/UTF8')));

/** A cluster of [{track, at, data, lasts?}], times in milliseconds from its own. */
export function cluster(at, blocks) {
  const written = blocks.map(({ track = 1, at: offset = 0, data, lasts }) => {
    const block = Buffer.concat([u8(0x80 | track), u16(offset), u8(lasts === undefined ? 0x80 : 0), data]);
    return lasts === undefined ? element(0xa3, block) : element(0xa0, element(0xa1, block), element(0x9b, u64(lasts)));
  });
  return element(0x1f43b675, element(0xe7, u64(at)), ...written);
}

/** Bits, most significant first: bits([value, width], ...) padded with a one and zeros (rbsp_trailing_bits). */
export function bits(...fields) {
  let all = fields.map(([value, width]) => BigInt(value).toString(2).padStart(width, '0')).join('') + '1';
  all += '0'.repeat((8 - (all.length % 8)) % 8);
  return Buffer.from(all.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** Exp-Golomb (ITU-T H.264 9.1), as a field for bits(). */
export const ue = (value) => [value + 1, 2 * (value + 1).toString(2).length - 1];

/** Parameter sets of H.264 for a picture of that many macroblocks, as avcC's body. */
export function avcConfig(widthMbs, heightMbs) {
  const sps = Buffer.concat([u8(0x67, 66, 0xc0, 51), bits(ue(0), ue(0), ue(2), ue(1), [0, 1], ue(widthMbs - 1), ue(heightMbs - 1), [1, 1], [1, 1], [0, 1], [0, 1])]);
  const pps = Buffer.concat([u8(0x68), bits(ue(0), ue(0), [0, 1], [0, 1], ue(0), ue(0), ue(0), [0, 1], [0, 2], ue(0), ue(0), ue(0), [0, 1], [0, 1], [0, 1])]);
  return Buffer.concat([u8(1, 66, 0xc0, 51, 0xff, 0xe1), u16(sps.length), sps, u8(1), u16(pps.length), pps]);
}

/** An IDR slice that says nothing more than that every macroblock is missing. */
export const emptySlice = () => {
  const nal = Buffer.concat([u8(0x65), bits(ue(0), ue(7), ue(0), [0, 4], ue(0), [0, 1], [0, 1], ue(0))]);
  return Buffer.concat([u32(nal.length), nal]);
};

/** AV1's sequence header (5.5) for one still picture of that size, as an OBU with its size. */
export function av1SequenceHeader(width, height) {
  const body = bits([0, 3], [1, 1], [1, 1], [31, 5], [15, 4], [15, 4], [width - 1, 16], [height - 1, 16], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [0, 2], [0, 1], [0, 1]);
  return Buffer.concat([u8(0x0a, body.length), body]);
}
