// ISO base media boxes (ISO/IEC 14496-12) read from init and media segments, independently of libav: what a strict player
// would see. Pure: bytes in, plain objects out; throws on a box that does not fit its parent.

const kContainers = new Set(['moov', 'trak', 'edts', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf', 'dinf', 'udta']);

/** A list of {type, start, end, body: Buffer, children?}; body is without the header. */
export function readBoxes(bytes, base = 0) {
  const boxes = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 8) throw new Error(`${bytes.length - at} stray bytes at offset ${base + at}`);
    let size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    let header = 8;
    if (size === 1) {
      size = Number(bytes.readBigUInt64BE(at + 8));
      header = 16;
    } else if (size === 0) {
      size = bytes.length - at;
    }
    if (size < header || at + size > bytes.length) throw new Error(`box ${type} at ${base + at} claims ${size} bytes, ${bytes.length - at} are there`);
    const body = bytes.subarray(at + header, at + size);
    const box = { type, start: base + at, end: base + at + size, body };
    if (kContainers.has(type)) box.children = readBoxes(body, base + at + header);
    boxes.push(box);
    at += size;
  }
  return boxes;
}

export const child = (box, ...path) => path.reduce((at, type) => at?.children?.find((each) => each.type === type), box);
export const children = (box, type) => box.children.filter((each) => each.type === type);

const versionOf = (box) => box.body[0];
const flagsOf = (box) => box.body.readUIntBE(1, 3);

/** The one track of an init segment: {timescale, handler, width, height, entry: {type, config, ...}, trex, edits}. */
export function readInit(bytes) {
  const boxes = readBoxes(bytes);
  const moov = boxes.find((box) => box.type === 'moov');
  if (!moov) throw new Error('init segment has no moov');
  const traks = children(moov, 'trak');
  if (traks.length !== 1) throw new Error(`init segment has ${traks.length} tracks, CMAF says one (ISO/IEC 23000-19 7.3.1)`);
  const [trak] = traks;
  const tkhd = child(trak, 'tkhd');
  const mdhd = child(trak, 'mdia', 'mdhd');
  const hdlr = child(trak, 'mdia', 'hdlr');
  const stsd = child(trak, 'mdia', 'minf', 'stbl', 'stsd');
  const trex = child(moov, 'mvex', 'trex');
  if (!trex) throw new Error('init segment has no mvex/trex: not fragmented');
  const tail = tkhd.body.length - 8;
  return {
    brands: brandsOf(boxes.find((box) => box.type === 'ftyp')),
    trackId: tkhd.body.readUInt32BE(versionOf(tkhd) === 1 ? 20 : 12),
    timescale: mdhd.body.readUInt32BE(versionOf(mdhd) === 1 ? 20 : 12),
    language: languageOf(mdhd.body.readUInt16BE(versionOf(mdhd) === 1 ? 32 : 20)),
    handler: hdlr.body.toString('latin1', 8, 12),
    width: tkhd.body.readUInt32BE(tail) / 65536,
    height: tkhd.body.readUInt32BE(tail + 4) / 65536,
    matrix: Array.from({ length: 9 }, (_, i) => tkhd.body.readInt32BE(tail - 36 + 4 * i)),
    entry: readSampleEntry(stsd),
    trex: { duration: trex.body.readUInt32BE(12), size: trex.body.readUInt32BE(16), flags: trex.body.readUInt32BE(20) },
    edits: readEdits(child(trak, 'edts', 'elst')),
  };
}

function brandsOf(ftyp) {
  if (!ftyp) throw new Error('no ftyp');
  const brands = [ftyp.body.toString('latin1', 0, 4)];
  for (let at = 8; at + 4 <= ftyp.body.length; at += 4) brands.push(ftyp.body.toString('latin1', at, at + 4));
  return brands;
}

const languageOf = (packed) => String.fromCharCode(...[10, 5, 0].map((shift) => ((packed >> shift) & 31) + 0x60));

function readEdits(elst) {
  if (!elst) return [];
  const wide = versionOf(elst) === 1;
  return Array.from({ length: elst.body.readUInt32BE(4) }, (_, i) => {
    const at = 8 + i * (wide ? 20 : 12);
    return wide
      ? { duration: Number(elst.body.readBigUInt64BE(at)), mediaTime: Number(elst.body.readBigInt64BE(at + 8)) }
      : { duration: elst.body.readUInt32BE(at), mediaTime: elst.body.readInt32BE(at + 4) };
  });
}

function readSampleEntry(stsd) {
  const count = stsd.body.readUInt32BE(4);
  if (count !== 1) throw new Error(`${count} sample entries, one expected`);
  const [entry] = readBoxes(stsd.body.subarray(8));
  const visual = ['avc1', 'avc3', 'hvc1', 'hev1', 'av01'].includes(entry.type);
  const boxes = readBoxes(entry.body.subarray(visual ? 78 : 28));
  const found = { type: entry.type };
  for (const box of boxes) found[box.type] = box.body;
  if (visual) {
    found.width = entry.body.readUInt16BE(24);
    found.height = entry.body.readUInt16BE(26);
  } else {
    found.channels = entry.body.readUInt16BE(16);
    found.sampleRate = entry.body.readUInt32BE(24) >>> 16;
  }
  return found;
}

/**
 * A media segment: {brands, sequence, trackId, tfdt, samples: [{dts, pts, duration, size, offset, sync}]}, offsets from the
 * file's start. Exactly one moof and one mdat, as CMAF chunks of a whole segment are (23000-19 7.3.2.3).
 */
export function readSegment(bytes, init) {
  const boxes = readBoxes(bytes);
  const moofs = boxes.filter((box) => box.type === 'moof');
  if (moofs.length !== 1) throw new Error(`${moofs.length} moof boxes in a segment, one expected`);
  const [moof] = moofs;
  const mdat = boxes.find((box) => box.type === 'mdat');
  if (!mdat) throw new Error('segment has no mdat');
  const trafs = children(moof, 'traf');
  if (trafs.length !== 1) throw new Error(`${trafs.length} traf boxes, one expected`);
  const [traf] = trafs;
  const tfhd = readTfhd(child(traf, 'tfhd'), init.trex);
  const tfdtBox = child(traf, 'tfdt');
  const tfdt = versionOf(tfdtBox) === 1 ? Number(tfdtBox.body.readBigUInt64BE(4)) : tfdtBox.body.readUInt32BE(4);
  if (!tfhd.baseIsMoof) throw new Error('tfhd without default-base-is-moof (23000-19 7.5.16)');
  const samples = [];
  let dts = tfdt;
  for (const trun of children(traf, 'trun')) dts = readTrun(trun, tfhd, moof.start, dts, samples);
  for (const sample of samples) {
    if (sample.offset < mdat.end - mdat.body.length || sample.offset + sample.size > mdat.end) throw new Error('a sample lies outside the mdat');
  }
  return {
    brands: boxes[0].type === 'styp' ? brandsOf(boxes[0]) : [],
    order: boxes.map((box) => box.type),
    sequence: child(moof, 'mfhd').body.readUInt32BE(4),
    trackId: tfhd.trackId,
    tfdt,
    end: dts,
    samples,
  };
}

function readTfhd(box, trex) {
  const flags = flagsOf(box);
  let at = 8;
  const take = (bit) => {
    if (!(flags & bit)) return undefined;
    at += 4;
    return box.body.readUInt32BE(at - 4);
  };
  const trackId = box.body.readUInt32BE(4);
  if (flags & 1) at += 8;
  take(2);
  const duration = take(8) ?? trex.duration;
  const size = take(0x10) ?? trex.size;
  const sampleFlags = take(0x20) ?? trex.flags;
  return { trackId, duration, size, flags: sampleFlags, baseIsMoof: Boolean(flags & 0x20000) };
}

function readTrun(box, tfhd, moofStart, startDts, samples) {
  const flags = flagsOf(box);
  const count = box.body.readUInt32BE(4);
  let at = 8;
  let offset = moofStart;
  if (flags & 1) {
    offset += box.body.readInt32BE(at);
    at += 4;
  }
  let first;
  if (flags & 4) {
    first = box.body.readUInt32BE(at);
    at += 4;
  }
  const take = (bit, otherwise) => {
    if (!(flags & bit)) return otherwise;
    at += 4;
    return box.body.readUInt32BE(at - 4);
  };
  let dts = startDts;
  for (let i = 0; i < count; ++i) {
    const duration = take(0x100, tfhd.duration);
    const size = take(0x200, tfhd.size);
    const sampleFlags = take(0x400, i === 0 && first !== undefined ? first : tfhd.flags);
    let cts = take(0x800, 0);
    if (versionOf(box) === 1) cts |= 0;  // signed in version 1
    samples.push({ dts, pts: dts + cts, duration, size, offset, sync: !(sampleFlags & 0x10000) });
    dts += duration;
    offset += size;
  }
  return dts;
}
