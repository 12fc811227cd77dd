// Inputs, part eight: files made to harm or to mislead. Each is refused with exit code 4 and one clear sentence; no other file is
// read, no address is asked, nothing is left behind. `trap` is {canary, url}: a real film beside the input, and a listener on
// 127.0.0.1 that counts visits.
import { copyFile, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { child, readBoxes } from '../checks/boxes.mjs';
import { makeClapper } from '../support/clapper.mjs';
import { ffmpeg, run } from '../support/run.mjs';

const written = (name, file, content, extra = {}) => ({
  name,
  make: async (dir, trap) => {
    const path = join(dir, file);
    await writeFile(path, typeof content === 'function' ? content(trap) : content);
    return path;
  },
  refused: /./,
  ...extra,
});
const made = (name, make, extra = {}) => ({ name, make, refused: /./, ...extra });

const box = (type, ...parts) => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const u32 = (...values) => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value >>> 0, 4 * i));
  return bytes;
};

/** An mp4 of 2 s with moov in front, changed by `change(bytes, boxes)`. */
const spoiled = (file, change, options = {}) => async (dir) => {
  const path = await makeClapper(join(dir, file), { seconds: 2, mux: ['-movflags', '+faststart'], ...options });
  const bytes = await readFile(path);
  await writeFile(path, change(bytes, readBoxes(bytes)) ?? bytes);
  return path;
};
const inMoov = (boxes, ...path) => child({ children: boxes }, 'moov', ...path);

/** A QuickTime film of no data of its own: its data reference names another file ('alis' with a Unix path, QTFF "Data Reference"). */
async function elsewhere(dir, { canary }) {
  const path = join(dir, 'reference.mov');
  const bytes = await readFile(canary);
  const text = Buffer.from(canary);
  const alias = Buffer.concat([Buffer.alloc(150), Buffer.from([0, 2]), Buffer.from([0, text.length]), text, text.length % 2 ? Buffer.alloc(1) : Buffer.alloc(0), Buffer.from([0xff, 0xff, 0, 0])]);
  alias.writeUInt16BE(alias.length, 4);
  const external = box('dref', u32(0, 1), box('alis', u32(0), alias));
  const rebuild = (part) => {
    if (part.type === 'mdat') return Buffer.alloc(0);
    if (part.type === 'dref') return external;
    return box(part.type, ...(part.children ? part.children.map(rebuild) : [part.body]));
  };
  await writeFile(path, Buffer.concat(readBoxes(bytes).map(rebuild)));
  return path;
}

/** A Matroska segment that says it goes on in another file of the same folder (RFC 9559 5.1.2: NextFilename). */
async function linked(dir, { canary }) {
  await copyFile(canary, join(dir, 'next.mkv'));
  const path = join(dir, 'linked.mkv');
  const element = (id, ...parts) => {
    const body = Buffer.concat(parts);
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(body.length) | (1n << 56n));
    return Buffer.concat([Buffer.from(id), size, body]);
  };
  const head = element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], Buffer.from('matroska')), element([0x42, 0x87], Buffer.from([4])), element([0x42, 0x85], Buffer.from([2])));
  const info = element([0x15, 0x49, 0xa9, 0x66], element([0x2a, 0xd7, 0xb1], Buffer.from([0x0f, 0x42, 0x40])), element([0x3e, 0x83, 0xbb], Buffer.from('next.mkv')), element([0x4d, 0x80], Buffer.from('x')), element([0x57, 0x41], Buffer.from('x')));
  await writeFile(path, Buffer.concat([head, element([0x18, 0x53, 0x80, 0x67], info)]));
  return path;
}

const playlist = (uri) => `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${uri}\n#EXT-X-ENDLIST\n`;

export const hostile = [
  written('text called .mp4', 'notes.mp4', 'Mada ya leo ni hisabati.\n'.repeat(50)),
  written('nothing at all', 'empty.mp4', ''),
  written('one byte', 'byte.mp4', 'x'),
  written('noise', 'noise.mp4', Buffer.from(Array.from({ length: 200_000 }, (_, i) => (Math.imul(i ^ (i >> 7), 2654435761) >>> 13) & 255))),
  written('zeros', 'zeros.mp4', Buffer.alloc(300_000)),
  written('an HLS playlist of a local file', 'playlist.mp4', ({ canary }) => playlist(canary)),
  written('an HLS playlist of a file URL', 'playlist.mp4', ({ canary }) => playlist(`file://${canary}`)),
  written('an HLS playlist of an address', 'playlist.mp4', ({ url }) => playlist(`${url}/segment.ts`)),
  written('an HLS playlist by its own name', 'playlist.m3u8', ({ canary }) => playlist(canary)),
  written('an HLS key at an address', 'key.ts', ({ url, canary }) => playlist(canary).replace('#EXTINF', `#EXT-X-KEY:METHOD=AES-128,URI="${url}/key"\n#EXTINF`)),
  written('a DASH manifest', 'manifest.mp4', ({ url }) => `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${url}/a.mp4</BaseURL><SegmentBase/></Representation></AdaptationSet></Period></MPD>`),
  written('a concat script', 'script.mp4', ({ canary }) => `ffconcat version 1.0\nfile '${canary}'\n`),
  written('a concat script with an address', 'script.mkv', ({ url }) => `ffconcat version 1.0\nfile '${url}/a.mp4'\n`),
  written('a session description', 'session.mp4', 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n'),
  written('an RTSP redirect', 'redirect.mp4', ({ url }) => `RTSPtext\r\n${url.replace('http', 'rtsp')}/a\r\n`),
  written('an SMIL film', 'smil.mp4', ({ canary }) => `<smil><body><video src="${canary}"/></body></smil>`),
  written('an edit decision list', 'list.mp4', ({ canary }) => `# mpv EDL v0\n${canary},0,5\n`),
  written('an image sequence pattern', 'frame%03d.png', Buffer.from('89504e470d0a1a0a', 'hex')),
  made('an avi whose text track is a playlist', async (dir, { canary }) => {
    // libavformat opens a GAB2 subtitle stream of an AVI with any text demuxer it has; HLS was once one of them.
    const path = join(dir, 'gab2.avi');
    const text = Buffer.from(playlist(canary));
    const gab2 = Buffer.concat([Buffer.from('GAB2\0'), Buffer.from([2, 0]), Buffer.alloc(4), Buffer.from([4, 0]), u32(0).fill(0), text]);
    gab2.writeUInt32LE(text.length, gab2.length - text.length - 4);
    const riff = (id, ...parts) => {
      const body = Buffer.concat(parts);
      const head = Buffer.alloc(8);
      head.write(id, 0, 'latin1');
      head.writeUInt32LE(body.length, 4);
      return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
    };
    const le = (...values) => Buffer.concat(values.map((value) => { const four = Buffer.alloc(4); four.writeUInt32LE(value); return four; }));
    const strh = riff('strh', Buffer.from('txts'), le(0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0), Buffer.alloc(8));
    const avih = riff('avih', le(40000, 0, 0, 0x10, 1, 0, 1, 0, 320, 240, 0, 0, 0, 0));
    const hdrl = riff('LIST', Buffer.from('hdrl'), avih, riff('LIST', Buffer.from('strl'), strh, riff('strf', Buffer.alloc(40))));
    await writeFile(path, riff('RIFF', Buffer.from('AVI '), hdrl, riff('LIST', Buffer.from('movi'), riff('00tx', gab2))));
    return path;
  }),
  made('a mov whose data is in another file', elsewhere),
  made('a Matroska that goes on in another file', linked, { spare: ['next.mkv'] }),
  made('a folder', async (dir) => {
    const path = join(dir, 'folder.mp4');
    await mkdir(path);
    return path;
  }, { code: [2, 4] }),
  made('a file that is not there', async (dir) => join(dir, 'missing.mp4'), { code: [2, 4] }),
  made('a pipe that nobody writes to', async (dir) => {
    const path = join(dir, 'pipe.mp4');
    await run('mkfifo', [path]);
    return path;
  }, { code: [2, 4] }),
  made('a link to itself', async (dir) => {
    const path = join(dir, 'loop.mp4');
    await symlink('loop.mp4', path);
    return path;
  }, { code: [2, 4] }),
  made('an endless device', async (dir) => {
    const path = join(dir, 'zero.mp4');
    await symlink('/dev/zero', path);
    return path;
  }, { code: [2, 4] }),
  ...[['jpg', 'jpeg'], ['png', 'png'], ['gif', 'gif'], ['webp', 'webp'], ['bmp', 'bmp'], ['tiff', 'tiff']].map(([end, kind]) => made(`a picture, ${kind}`, async (dir) => {
    const path = join(dir, `photo.${end}`);
    await ffmpeg(['-f', 'lavfi', '-i', 'testsrc=s=320x240', '-frames:v', '1', path]);
    return path;
  })),
  made('a picture called .mp4', async (dir) => {
    const path = join(dir, 'photo.mp4');
    await ffmpeg(['-f', 'lavfi', '-i', 'testsrc=s=320x240', '-frames:v', '1', '-f', 'image2', '-c:v', 'mjpeg', path]);
    return path;
  }),
  written('a zip', 'course.zip', Buffer.concat([Buffer.from('504b0304140000000000', 'hex'), Buffer.alloc(200), Buffer.from('504b0506', 'hex'), Buffer.alloc(18)])),
  written('a PDF called .mp4', 'slides.mp4', '%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
  written('a program', 'setup.mp4', Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(5000)])),
  written('subtitles alone', 'alone.srt', '1\n00:00:01,000 --> 00:00:02,000\nHabari\n'),
  made('an mp4 that claims 65535x65535', spoiled('huge.mp4', (bytes, boxes) => {
    const stsd = inMoov(boxes, 'trak', 'mdia', 'minf', 'stbl', 'stsd').body;
    stsd.writeUInt32BE(0xffffffff, 8 + 8 + 24);
    const at = stsd.indexOf('avcC');
    stsd.write('free', at, 'latin1');  // without its parameter sets, only the claim is left
    stsd.write('mp4v', 8 + 4, 'latin1');
  }, { audio: false })),
  made('a header with thousands of tracks', spoiled('tracks.mp4', (bytes, boxes) => {
    const moov = boxes.find(({ type }) => type === 'moov');
    const trak = moov.children.find(({ type }) => type === 'trak');
    const whole = bytes.subarray(trak.start, trak.end);
    const others = boxes.filter(({ type }) => type !== 'moov').map(({ start, end }) => bytes.subarray(start, end));
    return Buffer.concat([others[0], box('moov', moov.body, ...Array.from({ length: 4000 }, () => whole)), ...others.slice(1)]);
  })),
  made('an mp4 that claims 68 years', spoiled('years.mp4', (bytes, boxes) => {
    inMoov(boxes, 'mvhd').body.writeUInt32BE(0x7fffffff, 16);
    for (const trak of boxes.find(({ type }) => type === 'moov').children.filter(({ type }) => type === 'trak')) {
      const stts = child(trak, 'mdia', 'minf', 'stbl', 'stts').body;
      stts.writeUInt32BE(0x7ffffff0, 12);  // each sample lasts half an eternity
      child(trak, 'mdia', 'mdhd').body.writeUInt32BE(0x7fffffff, 16);
    }
  }), { refused: undefined, truth: { either: true, marks: false, duration: [0, 60] } }),
  made('an mp4 of boxes in boxes', async (dir) => {
    const path = join(dir, 'deep.mp4');
    let inner = Buffer.alloc(0);
    for (let depth = 0; depth < 5000; ++depth) inner = box('moov', inner);
    await writeFile(path, Buffer.concat([box('ftyp', Buffer.from('isom'), u32(512), Buffer.from('isomiso2')), inner]));
    return path;
  }),
  made('a file of one terabyte of holes', async (dir) => {
    const path = join(dir, 'sparse.mp4');
    await writeFile(path, box('ftyp', Buffer.from('isom'), u32(512), Buffer.from('isomiso2')));
    await truncate(path, 2 ** 40);
    return path;
  }),
];
