// What the coded bits themselves say: RFC 6381 codec strings, picture size and colour of H.264, AAC and Opus set-up, read
// from sample entries without libav (ISO/IEC 14496-15, ITU-T H.264 7.3.2.1, ISO/IEC 14496-1 7.2.6, Opus in ISOBMFF 4.3.2);
// of HEVC in hevc.mjs.
import { describeHevc, typeOf } from './hevc.mjs';

const hex = (byte) => byte.toString(16).padStart(2, '0');

/** {codecs, width, height, ...} of a sample entry as boxes.readInit returns it. */
export function describeEntry(entry) {
  if (entry.avcC) return describeAvc(entry);
  if (entry.hvcC) return describeHevc(entry, Bits);
  if (entry.type === 'mp4a') return describeAac(entry.esds);
  if (entry.type === 'Opus') return describeOpus(entry.dOps);
  throw new Error(`sample entry ${entry.type} is not one that a version has`);
}

function describeAvc(entry) {
  const config = entry.avcC;
  const count = config[5] & 31;
  if (count < 1) throw new Error('avcC holds no SPS: parameter sets must be out of band for avc1');
  const length = config.readUInt16BE(6);
  const sps = readSps(config.subarray(8, 8 + length));
  const said = [config[1], config[2], config[3]];
  if (said.some((byte, i) => byte !== sps.profile[i])) throw new Error(`avcC says ${said.map(hex).join('')}, its SPS ${sps.profile.map(hex).join('')}`);
  return { kind: 'video', codecs: `${entry.type}.${said.map(hex).join('')}`, nalLengthBytes: (config[4] & 3) + 1, ...sps };
}

class Bits {
  constructor(bytes) {
    const raw = [];
    for (let i = 0; i < bytes.length; ++i) {
      if (i >= 2 && bytes[i] === 3 && bytes[i - 1] === 0 && bytes[i - 2] === 0) continue;  // emulation prevention, 7.4.1
      raw.push(bytes[i]);
    }
    this.bytes = raw;
    this.at = 0;
  }
  u(count) {
    let value = 0;
    for (let i = 0; i < count; ++i, ++this.at) {
      if (this.at >= this.bytes.length * 8) throw new Error('SPS ends early');
      value = value * 2 + ((this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1);
    }
    return value;
  }
  ue() {
    let zeros = 0;
    while (this.u(1) === 0) ++zeros;
    return 2 ** zeros - 1 + this.u(zeros);
  }
  se() {
    const value = this.ue();
    return value & 1 ? (value + 1) / 2 : -value / 2;
  }
}

/** H.264 sequence parameter set, NAL header included. Width and height after cropping. */
export function readSps(nal) {
  const bits = new Bits(nal.subarray(1));
  const profile = [bits.u(8), bits.u(8), bits.u(8)];
  bits.ue();
  let chroma = 1;
  let depth = 8;
  if ([100, 110, 122, 244, 44, 83, 86, 118, 128].includes(profile[0])) {
    chroma = bits.ue();
    if (chroma === 3) bits.u(1);
    depth = 8 + bits.ue();
    bits.ue();
    bits.u(1);
    if (bits.u(1)) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  bits.ue();
  const order = bits.ue();
  if (order === 0) {
    bits.ue();
  } else if (order === 1) {
    bits.u(1);
    bits.se();
    bits.se();
    for (let left = bits.ue(); left > 0; --left) bits.se();
  }
  bits.ue();
  bits.u(1);
  const mbWide = bits.ue() + 1;
  const mapHigh = bits.ue() + 1;
  const frameOnly = bits.u(1);
  if (!frameOnly) bits.u(1);
  bits.u(1);
  const crop = bits.u(1) ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * (2 - frameOnly);
  return {
    profile, chroma, depth, frameOnly: Boolean(frameOnly),
    width: mbWide * 16 - cropX * (crop[0] + crop[1]),
    height: mapHigh * 16 * (2 - frameOnly) - cropY * (crop[2] + crop[3]),
    ...(bits.u(1) ? readVui(bits) : {}),
  };
}

function skipScalingLists(bits, lists) {
  for (let i = 0; i < lists; ++i) {
    if (!bits.u(1)) continue;
    let next = 8;
    for (let j = 0, last = 8; j < (i < 6 ? 16 : 64); ++j) {
      if (next !== 0) next = (last + bits.se() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

function readVui(bits) {
  const vui = {};
  if (bits.u(1)) {
    const aspect = bits.u(8);
    vui.sar = aspect === 255 ? [bits.u(16), bits.u(16)] : aspect === 1 ? [1, 1] : aspect === 0 ? [0, 0] : [aspect, 0];
  }
  if (bits.u(1)) bits.u(1);
  if (bits.u(1)) {
    bits.u(3);
    vui.fullRange = Boolean(bits.u(1));
    if (bits.u(1)) vui.colour = { primaries: bits.u(8), transfer: bits.u(8), matrix: bits.u(8) };
  }
  return vui;
}

function describeAac(esds) {
  let at = 4;
  const header = () => {
    const tag = esds[at++];
    let length = 0;
    for (let byte = 0x80; byte & 0x80; ) {
      byte = esds[at++];
      length = length * 128 + (byte & 127);
    }
    return { tag, length };
  };
  if (header().tag !== 3) throw new Error('esds does not begin with an ES descriptor');
  const flags = esds[at + 2];
  at += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x40 ? esds[at + 3] + 1 : 0) + (flags & 0x20 ? 2 : 0);
  if (header().tag !== 4) throw new Error('esds has no decoder configuration');
  const objectType = esds[at];
  at += 13;
  if (header().tag !== 5) throw new Error('esds has no decoder specific information');
  const audioObject = esds[at] >> 3;
  const rateIndex = ((esds[at] & 7) << 1) | (esds[at + 1] >> 7);
  const rates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
  return {
    kind: 'audio', codecs: `mp4a.${hex(objectType)}.${audioObject}`, sampleRate: rates[rateIndex],
    channels: (esds[at + 1] >> 3) & 15,
  };
}

function describeOpus(dOps) {
  return {
    kind: 'audio', codecs: 'opus', channels: dOps[1], preSkip: dOps.readUInt16BE(2), sampleRate: 48000,
  };
}

/** NAL unit types of one length-prefixed sample, of H.264 or HEVC. */
export function nalTypes(sample, lengthBytes, hevc = false) {
  const types = [];
  for (let at = 0; at < sample.length; ) {
    const size = sample.readUIntBE(at, lengthBytes);
    if (size < 1 || at + lengthBytes + size > sample.length) throw new Error(`NAL of ${size} bytes does not fit its sample`);
    types.push(hevc ? typeOf(sample[at + lengthBytes]) : sample[at + lengthBytes] & 31);
    at += lengthBytes + size;
  }
  return types;
}
