// What an HEVC sample entry and its samples say, read without libav: hvcC, the CODECS that follow from it, the sequence
// parameter set's picture (ISO/IEC 14496-15 8.3.2 and E.3, ITU-T H.265 7.3.2.2 and table 7-1). `Bits` is bitstream.mjs's.

const kSets = [32, 33, 34]; // video, sequence, picture parameter sets
const kIdr = [19, 20];

/** {codecs, width, height, ...} of an hvc1 entry; throws where it holds more than parameter sets, or too little. */
export function describeHevc(entry, Bits) {
  if (entry.type !== 'hvc1') throw new Error(`sample entry ${entry.type}: parameter sets must be out of band, in hvc1`);
  const config = entry.hvcC;
  const units = readArrays(config);
  const found = units.map(({ type }) => type);
  if (found.join() !== kSets.join()) throw new Error(`hvcC holds NAL types ${found.join(' ')}, not one of each parameter set`);
  const sps = readSps(units[1].bytes, Bits);
  const profile = [...config.subarray(1, 13)];
  if (profile.some((byte, i) => byte !== sps.profile[i])) throw new Error(`hvcC says ${profile}, its SPS ${sps.profile}`);
  return { kind: 'video', codecs: codecsOf(entry.type, profile), nalLengthBytes: (config[21] & 3) + 1, hevc: true, ...sps };
}

function readArrays(config) {
  const units = [];
  let at = 23;
  for (let arrays = config[22]; arrays > 0; --arrays) {
    if (!(config[at] & 0x80)) throw new Error('hvcC has an array that is not complete, which hvc1 promises');
    const type = config[at] & 63;
    let count = config.readUInt16BE(at + 1);
    at += 3;
    for (; count > 0; --count) {
      const size = config.readUInt16BE(at);
      units.push({ type, bytes: config.subarray(at + 2, at + 2 + size) });
      at += 2 + size;
    }
  }
  if (at !== config.length) throw new Error(`hvcC has ${config.length - at} stray bytes`);
  return units;
}

function codecsOf(type, profile) {
  const flags = profile.slice(1, 5).reduce((all, byte) => all * 256 + byte, 0);
  const reversed = [...flags.toString(2).padStart(32, '0')].reverse().join('');
  const constraints = profile.slice(5, 11);
  while (constraints.at(-1) === 0) constraints.pop();
  const parts = [type, `${['', 'A', 'B', 'C'][profile[0] >> 6]}${profile[0] & 31}`, Number.parseInt(reversed, 2).toString(16).toUpperCase(),
    `${profile[0] & 32 ? 'H' : 'L'}${profile[11]}`, ...constraints.map((byte) => byte.toString(16).toUpperCase())];
  return parts.join('.');
}

function readSps(nal, Bits) {
  const bits = new Bits(nal.subarray(2));
  bits.u(4);
  if (bits.u(3) !== 0) throw new Error('temporal sub-layers, which nobody asked for');
  bits.u(1);
  const profile = Array.from({ length: 12 }, () => bits.u(8));
  bits.ue();
  const chroma = bits.ue();
  if (chroma === 3) bits.u(1);
  const [width, height] = [bits.ue(), bits.ue()];
  const [left, right, top, bottom] = bits.u(1) ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const [wide, high] = [chroma === 1 || chroma === 2 ? 2 : 1, chroma === 1 ? 2 : 1];
  return { profile, chroma, width: width - wide * (left + right), height: height - high * (top + bottom), depth: 8 + bits.ue(), frameOnly: Boolean(profile[5] & 0x10) };
}

/** What is wrong with a sample of these NAL types, beside that it is an IDR or not: '' where nothing is. */
export function faultOf(types) {
  const in_band = types.filter((type) => kSets.includes(type));
  if (in_band.length > 0) return `parameter sets (${in_band.join(' ')}) in a sample of hvc1`;
  if (types.some((type) => type === 39 || type === 40)) return 'SEI, which a learner pays for';
  const open = types.filter((type) => [6, 7, 8, 9, 16, 17, 18, 21].includes(type)); // leading pictures, and what they lead to
  return open.length > 0 ? `NAL types ${open.join(' ')}: an open group of pictures` : '';
}

export const isIdr = (types) => types.some((type) => kIdr.includes(type));
export const typeOf = (byte) => (byte >> 1) & 63;
