// Inputs, part nine: bombs. Small files, all made here, that ask for far more than they hold: gigantic pictures, a million tracks,
// endless time, tables that repeat, headers that take for ever. Each ends in a refusal with exit code 4 or in a right
// publication, within the memory that a lesson may take and 1.2 times the CPU time of an honest film of two minutes (`frugal`, see
// support/examine.mjs).
import { readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../../web/build/icons.mjs';
import { av1SequenceHeader, avcConfig, box, cluster, element, emptySlice, matroska, mp4, text, textTrack, u16, u32, u64, u8, videoTrack } from '../support/forge.mjs';
import { ffmpeg } from '../support/run.mjs';

const bomb = (name, file, make, { sparse, ...extra } = {}) => ({
  name: `bomb: ${name}`,
  make: async (dir) => {
    const path = join(dir, file);
    await writeFile(path, await make(dir));
    if (sparse) await truncate(path, sparse);
    return path;
  },
  refused: /./,
  frugal: true,
  ...extra,
});
/** May be published as well, if what comes of it is right. */
const either = (truth = {}) => ({ refused: undefined, truth: { either: true, marks: false, ...truth } });

/** One picture as `codec` writes it. */
async function picture(dir, size, args) {
  const path = join(dir, 'picture.tmp');
  await ffmpeg(['-f', 'lavfi', '-i', `testsrc=s=${size}`, '-frames:v', '1', ...args, '-f', 'image2pipe', path]);
  const bytes = await readFile(path);
  await unlink(path);
  return bytes;
}
const jpeg = (dir, size, ...more) => picture(dir, size, [...more, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p']);

function png(width, height, bytes) {
  const chunk = (type, body) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    return Buffer.concat([u32(body.length), named, u32(crc32(named))]);
  };
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', Buffer.concat([u32(width, height), u8(8, 2, 0, 0, 0)])), chunk('IDAT', deflateSync(Buffer.alloc(bytes), { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** A JPEG whose frame header (ITU-T T.81 B.2.2) claims another size. */
function claiming(bytes, width, height) {
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  const changed = Buffer.from(bytes);
  changed.writeUInt16BE(height, at + 5);
  changed.writeUInt16BE(width, at + 7);
  return changed;
}

const pictures = (fourcc, width, height, samples, more = {}) => mp4({ fourcc, width: width & 0xffff, height: height & 0xffff, samples, ...more });
const h264 = (width, height, count = 3) => pictures('avc1', width, height, Array.from({ length: count }, emptySlice), { config: box('avcC', avcConfig(Math.ceil(width / 16), Math.ceil(height / 16))) });
const av1 = (width, height) => {
  const header = av1SequenceHeader(width, height);
  return pictures('av01', width, height, [Buffer.concat([u8(0x12, 0), header, u8(0x32, 20), Buffer.alloc(20, 0x11)])], { config: box('av1C', Buffer.concat([u8(0x81, 31, 0, 0), header])) });
};

async function vp9(dir) {
  const path = join(dir, 'vp9.tmp');
  await ffmpeg(['-f', 'lavfi', '-i', 'testsrc=s=320x240:d=1', '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-f', 'webm', path]);
  const bytes = await readFile(path);
  await unlink(path);
  // VP9 6.2: the sync code, three bits of colour space and one of range, then width and height less one, 16 bits each.
  for (let at = bytes.indexOf('498342', 'hex'); at >= 0; at = bytes.indexOf('498342', at + 1, 'hex')) {
    bytes[at + 3] |= 0x0f;
    bytes.fill(0xff, at + 4, at + 7);
    bytes[at + 7] |= 0xf0;
  }
  return bytes;
}

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const small = async (dir) => videoOf(await jpeg(dir, '160x120'));
const videoOf = (data) => ({ tracks: [videoTrack({ codec: 'V_MJPEG', width: 160, height: 120 })], data });
const mjpegMatroska = ({ tracks, data }, more = {}) => matroska({ tracks: [...tracks, ...(more.tracks ?? [])], before: more.before, info: more.info, clusters: more.clusters ?? [cluster(0, [0, 40, 80, 120].map((at) => ({ at, data })))] });

/** Two minutes, two pictures that take turns. */
const inTurn = (pictures) => matroska({ tracks: videoOf(pictures[0]).tracks, clusters: many(10, (c) => cluster(12_000 * c, many(300, (i) => ({ at: 40 * i, data: pictures[i % 2] })))) });

/**
 * What costs no more than it should: a bomb's cost is told in this one's, on whatever machine. It shows what comes of the film that
 * changes its size three thousand times, where the other picture is fitted into the first one's size. Writes the file and returns its path.
 */
export async function honestFilm(dir) {
  const path = join(dir, 'honest.mkv');
  const fitted = await jpeg(dir, '176x144', '-vf', 'scale=146:120:flags=bicubic,pad=160:120:-1:-1', '-q:v', '2');
  await writeFile(path, inTurn([await jpeg(dir, '160x120'), fitted]));
  return path;
}

export const bombs = [
  // pictures larger than any screen
  bomb('PNG of 65535x65535', 'png.mov', () => pictures('png ', 65535, 65535, [png(65535, 65535, 1000)])),
  bomb('PNG of 65535x65535, and the header says 320x240', 'png.mov', () => pictures('png ', 320, 240, [png(65535, 65535, 1000), png(65535, 65535, 1000)])),
  bomb('PNG of 16000x16000', 'png.mov', () => pictures('png ', 16000, 16000, [png(16000, 16000, 1_000_000)])),
  bomb('JPEG of 65500x65500', 'jpeg.mov', async (dir) => pictures('jpeg', 65500, 65500, [claiming(await jpeg(dir, '160x120'), 65500, 65500)])),
  bomb('JPEG of 16000x16000, and the header says 160x120', 'jpeg.mov', async (dir) => pictures('jpeg', 160, 120, [claiming(await jpeg(dir, '160x120'), 16000, 16000)])),
  bomb('H.264 of 65536x65536', 'avc.mp4', () => h264(65536, 65536)),
  bomb('H.264 of 16000x16000', 'avc.mp4', () => h264(16000, 16000, 20)),
  bomb('VP9 of 65536x65536', 'vp9.webm', vp9),
  bomb('AV1 of 65536x65536', 'av1.mp4', () => av1(65536, 65536)),
  bomb('AV1 of 16000x16000', 'av1.mp4', () => av1(16000, 16000)),
  bomb('a picture 65500 wide and 16 high', 'strip.mov', async (dir) => { const strip = claiming(await jpeg(dir, '64x16'), 65500, 16); return pictures('jpeg', 65500, 16, many(5, () => strip)); }),
  bomb('a cover picture of 65500x65500', 'cover.mkv', async (dir) => mjpegMatroska(await small(dir), { before: [element(0x1941a469, element(0x61a7, element(0x466e, text('cover.jpg')), element(0x4660, text('image/jpeg')), element(0x46ae, u8(9)), element(0x465c, claiming(await jpeg(dir, '160x120'), 65500, 65500))))] }), either()),
  // bytes that grow
  bomb('a PNG of 8000x4000 that is all black, eight times', 'black.mov', () => { const black = png(8000, 4000, 4000 * (1 + 3 * 8000)); return pictures('png ', 8000, 4000, many(8, () => black)); }, either()),
  bomb('Matroska blocks that inflate a thousand times', 'deflated.mkv', async (dir) => {
    const { data } = await small(dir);
    const packed = deflateSync(Buffer.concat([data, Buffer.alloc(9_000_000)]), { level: 9 });
    const track = videoTrack({ codec: 'V_MJPEG', width: 160, height: 120, extra: [element(0x6d80, element(0x6240, element(0x5034, element(0x4254, u8(0)))))] });
    return matroska({ tracks: [track], clusters: [cluster(0, many(300, (i) => ({ at: 40 * i, data: packed })))] });
  }, either()),
  // more tracks than a lesson has
  bomb('a million empty tracks in an mp4', 'tracks.mp4', () => mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: [Buffer.alloc(100)], traks: [Buffer.concat(many(1_000_000, () => box('trak')))] })),
  bomb('a hundred thousand tracks in a Matroska', 'tracks.mkv', async (dir) => mjpegMatroska(await small(dir), { tracks: [Buffer.concat(many(100_000, (i) => element(0xae, element(0xd7, u32(i + 2)), element(0x83, u8(1)), element(0x86, text('V_MJPEG')))))] })),
  bomb('a hundred thousand streams in an Ogg', 'streams.ogg', () => Buffer.concat(many(100_000, (i) => Buffer.concat([text('OggS'), u8(0, 2), Buffer.alloc(8), u32(i + 1), u32(0), u32(0), u8(1, 8), text('OpusHead')])))),
  bomb('twenty thousand streams in an AVI', 'streams.avi', () => {
    const riff = (id, ...parts) => { const body = Buffer.concat(parts); const size = Buffer.alloc(4); size.writeUInt32LE(body.length); return Buffer.concat([text(id), size, body]); };
    const strl = riff('LIST', text('strl'), riff('strh', text('vids'), text('MJPG'), Buffer.alloc(48)), riff('strf', Buffer.alloc(40)));
    return riff('RIFF', text('AVI '), riff('LIST', text('hdrl'), riff('avih', Buffer.alloc(56)), ...many(20_000, () => strl)), riff('LIST', text('movi')));
  }),
  bomb('eight thousand programs in a transport stream', 'programs.ts', () => Buffer.concat(many(8000, (i) => {
    const packet = Buffer.alloc(188, 0xff);
    const pid = 0x20 + i;
    Buffer.concat([u8(0x47, 0x40 | (pid >> 8), pid & 255, 0x10, 0), u8(2, 0xb0, 18), u16(i + 1), u8(0xc1, 0, 0), u16(0xe100, 0xf000), u8(0x1b), u16(0xe100 | (i & 255), 0xf000), u32(0)]).copy(packet);
    return packet;
  }))),
  // time without end
  bomb('two pictures, 40 hours apart', 'hours.mkv', async (dir) => { const it = await small(dir); return mjpegMatroska(it, { clusters: [cluster(0, [{ data: it.data }]), cluster(144_000_000, [{ data: it.data }])] }); }),
  bomb('a picture that stands for 40 hours', 'hours.mp4', async (dir) => { const { data } = await small(dir); return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: [data, data], tables: { stts: u32(1, 2, 0x7fffffff) } }); }),
  bomb('pictures at the end of time', 'end.mkv', async (dir) => { const it = await small(dir); return mjpegMatroska(it, { clusters: [cluster(0, [{ data: it.data }]), cluster(2n ** 60n, [{ data: it.data }])] }); }),
  bomb('a block that lasts for ever', 'lasts.mkv', async (dir) => { const it = await small(dir); return mjpegMatroska(it, { clusters: [cluster(0, [{ data: it.data, lasts: 2n ** 52n }, { at: 40, data: it.data, lasts: 2n ** 52n }])] }); }, either()),
  bomb('a header that claims a hundred hours', 'claims.mkv', async (dir) => { const seconds = Buffer.alloc(8); seconds.writeDoubleBE(360_000_000); return mjpegMatroska(await small(dir), { info: [element(0x4489, seconds)] }); }, either({ duration: [0, 1] })),
  bomb('an mp4 that claims a hundred hours', 'claims.mp4', async (dir) => { const { data } = await small(dir); return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: [data, data, data], seconds: 100_000 }); }, either({ duration: [0, 1] })),
  // tables that repeat
  bomb('an edit list that plays the film a hundred thousand times', 'edits.mp4', async (dir) => { const { data } = await small(dir); return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: many(25, () => data), edits: Buffer.concat([u32(0, 100_000), ...many(100_000, () => u32(1000, 0, 0x10000))]) }); }, either()),
  bomb('an edit list of a million pieces', 'edits.mp4', async (dir) => { const { data } = await small(dir); return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: many(25, () => data), edits: Buffer.concat([u32(0, 1_000_000), Buffer.concat(many(1_000_000, (i) => u32(1, (i % 25) * 1000, 0x10000)))]) }); }, either()),
  bomb('two thousand million samples of one size', 'samples.mp4', async (dir) => { const { data } = await small(dir); return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: [data], tables: { stts: u32(1, 0x7fffffff, 1), stsz: u32(data.length, 0x7fffffff), stsc: u32(1, 1, 0x7fffffff, 1) } }); }, either()),
  bomb('a hundred million samples of one size', 'samples.mp4', async (dir) => { const { data } = await small(dir); return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: [data], tables: { stts: u32(1, 100_000_000, 1000), stsz: u32(data.length, 100_000_000), stsc: u32(1, 1, 100_000_000, 1) } }); }, either()),
  bomb('one picture named three hundred thousand times', 'again.mp4', async (dir) => { const { data } = await small(dir); const n = 300_000; return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: [data], tables: { stts: u32(1, n, 1000), stsz: u32(data.length, n), stsc: u32(1, 1, 1, 1), stco: Buffer.concat([u32(n), Buffer.concat(many(n, () => u32(40)))]) } }); }),
  bomb('composition offsets for two thousand million samples', 'offsets.mp4', async (dir) => { const { data } = await small(dir); return mp4({ fourcc: 'jpeg', width: 160, height: 120, samples: [data, data, data, data], tables: { ctts: u32(1, 0x7fffffff, 1000) } }); }, either()),
  // changes of mind
  bomb('a picture that changes its size three thousand times', 'sizes.mkv', async (dir) => inTurn([await jpeg(dir, '160x120'), await jpeg(dir, '176x144')]), either()),
  // heads that never end
  bomb('elements in elements in elements', 'deep.mkv', async (dir) => { let inner = element(0x45a3, text('x')); for (let depth = 0; depth < 3000; ++depth) inner = element(0x67c8, inner); return mjpegMatroska(await small(dir), { before: [element(0x1254c367, element(0x7373, inner))] }); }, either()),
  bomb('a hundred thousand chapters, numbered backwards', 'chapters.mkv', async (dir) => mjpegMatroska(await small(dir), { before: [element(0x1043a770, element(0x45b9, Buffer.concat(many(100_000, (i) => element(0xb6, element(0x73c4, u32(200_000 - i)), element(0x91, u64(i * 1000)), element(0x92, u64(i * 1000 + 1000)), element(0x80, element(0x85, text('x'))))))))] }), either()),
  bomb('a hundred thousand tags', 'tags.mkv', async (dir) => mjpegMatroska(await small(dir), { before: [element(0x1254c367, element(0x7373, Buffer.concat(many(100_000, (i) => element(0x67c8, element(0x45a3, text(`T${i}`)), element(0x4487, text('x')))))))] }), either()),
  bomb('a title of eight megabytes', 'title.mkv', async (dir) => mjpegMatroska(await small(dir), { info: [element(0x7ba9, Buffer.alloc(8_000_000, 'x'))] }), either()),
  bomb('two thousand attachments', 'attached.mkv', async (dir) => mjpegMatroska(await small(dir), { before: [element(0x1941a469, ...many(2000, (i) => element(0x61a7, element(0x466e, text(`${i}.ttf`)), element(0x4660, text('font/ttf')), element(0x46ae, u32(i + 1)), element(0x465c, Buffer.alloc(1000)))))] }), either()),
  bomb('a subtitle of nine megabytes', 'subtitle.mkv', async (dir) => { const it = await small(dir); return mjpegMatroska(it, { tracks: [textTrack(2)], clusters: [cluster(0, [...[0, 40, 80].map((at) => ({ at, data: it.data })), { track: 2, data: Buffer.alloc(9_000_000, 'word '), lasts: 1000 }])] }); }, either()),
  bomb('two hundred thousand subtitles at once', 'subtitles.mkv', async (dir) => { const it = await small(dir); return mjpegMatroska(it, { tracks: [textTrack(2)], clusters: [cluster(0, [0, 40, 80].map((at) => ({ at, data: it.data }))), ...many(200, (i) => cluster(i, many(1000, () => ({ track: 2, data: text('hey'), lasts: 1000 }))))] }); }, either()),
  // holes
  bomb('a film and then a gigabyte of nothing', 'holes.mkv', async (dir) => mjpegMatroska(await small(dir)), { ...either({ duration: [0, 1] }), sparse: 2 ** 30 }),
];
