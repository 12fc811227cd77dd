// Proof that each media check can fail: a version made without Chalkline passes them all; with one fault worked into it, the
// check that is meant for the fault must object. Run by CTest as media_checks; needs ffmpeg, not our binary.
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkVersion } from './checks/all.mjs';
import { readBoxes, child } from './checks/boxes.mjs';
import { sourceFacts } from './checks/source.mjs';
import { sourceMarks } from './checks/sync.mjs';
import { kCorners, makeClapper } from './support/clapper.mjs';
import { kCaption, makeByHand, sealByHand } from './support/handmade.mjs';
import { ffmpeg, inParallel } from './support/run.mjs';

const edit = (path, change) => async (dir) => {
  const before = await readFile(join(dir, path), 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`the fault changes nothing in ${path}`);
  await writeFile(join(dir, path), after);
};
const patch = (path, change) => async (dir) => {
  const bytes = await readFile(join(dir, path));
  change(bytes);
  await writeFile(join(dir, path), bytes);
};
const more = (tag, factor) => (text) => text.replaceAll(new RegExp(`([:,]${tag}=)(\\d+)`, 'g'), (_, head, value) => `${head}${Math.round(value * factor)}`);
const traf = (bytes) => child(readBoxes(bytes).find(({ type }) => type === 'moof'), 'traf');
const remade = (options) => async (dir, source) => {
  await makeByHand(source, dir, options);
};

/** Two tiles of 160x120, of the first and the third second of `source`. */
async function addStoryboard(dir, source) {
  await mkdir(join(dir, 'image'), { recursive: true });
  await ffmpeg(['-i', source, '-vf', 'fps=1/2:round=down,scale=160:120,tile=2x1', '-frames:v', '1', '-q:v', '5', join(dir, 'image/storyboard-1.jpg')]);
  await writeFile(join(dir, 'image/storyboard.vtt'), 'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nstoryboard-1.jpg#xywh=0,0,160,120\n\n00:00:02.000 --> 00:00:05.000\nstoryboard-1.jpg#xywh=160,0,160,120\n');
}

/** Turns the first sample's IDR slices (NAL type 5) into plain ones (1), as an encoder with an open GOP would write. */
function withoutIdr(bytes) {
  const boxes = readBoxes(bytes);
  const { body } = child({ children: [traf(bytes)] }, 'traf', 'trun');
  const mdat = boxes.find(({ type }) => type === 'mdat').body;
  const firstSize = body.readUInt32BE(body.readUIntBE(1, 3) & 4 ? 16 : 12);
  for (let at = 0; at < firstSize; at += 4 + mdat.readUInt32BE(at)) if ((mdat[at + 4] & 31) === 5) mdat[at + 4] = (mdat[at + 4] & 0xe0) | 1;
}

// name, the check that must object, the fault; sealed: false leaves index.json as it was.
const kFaults = [
  ['a byte changed', 'files', patch('video/0/2.m4s', (bytes) => bytes.writeUInt8(bytes.at(-1) ^ 1, bytes.length - 1)), { sealed: false }],
  ['an unlisted file', 'files', (dir) => writeFile(join(dir, 'video/left.tmp'), 'x'), { sealed: false }],
  ['a missing file', 'files', (dir) => rm(join(dir, 'multivariant.m3u8.gz')), { sealed: false }],
  ['a stale gzip', 'files', edit('audio/en-aac/playlist.m3u8', (text) => `${text}#\n`), { sealed: false }],
  ['no #EXTM3U', 'load', edit('video/0/playlist.m3u8', (text) => text.replace('#EXTM3U\n', ''))],
  ['a segment that is not there', 'load', (dir) => rm(join(dir, 'video/0/2.m4s'))],
  ['tfdt one tick late', 'segments', patch('video/1/2.m4s', (bytes) => { const { body } = child({ children: [traf(bytes)] }, 'traf', 'tfdt'); body.writeUInt8(body.at(-1) ^ 1, body.length - 1); })],
  ['an IDR marked as no sync sample', 'segments', patch('video/0/2.m4s', (bytes) => { const { body } = child({ children: [traf(bytes)] }, 'traf', 'trun'); body.writeUInt32BE(0x01010000, 12); })],
  ['a segment that begins without an IDR', 'segments', patch('video/0/2.m4s', withoutIdr)],
  ['EXTINF 10 ms long', 'times', edit('video/0/playlist.m3u8', (text) => text.replace('#EXTINF:2.00000', '#EXTINF:2.01000'))],
  ['target duration too low', 'times', edit('audio/en-aac/playlist.m3u8', (text) => text.replace('TARGETDURATION:2', 'TARGETDURATION:1'))],
  ['no end', 'times', edit('video/1/playlist.m3u8', (text) => text.replace('#EXT-X-ENDLIST\n', ''))],
  ['rungs cut apart', 'boundaries', remade({ every: [2, 1.48] })],
  ['audio cut two frames off', 'boundaries', (dir, source) => makeByHand(source, dir, { every: [2.08, 2.08] })],
  ['an I-frame range one byte short', 'iframes', edit('video/0/iframes.m3u8', (text) => text.replace(/BYTERANGE:(\d+)/, (_, n) => `BYTERANGE:${n - 1}`))],
  ['BANDWIDTH 2 % below the peak', 'bandwidth', edit('multivariant.m3u8', more('BANDWIDTH', 0.98))],
  ['BANDWIDTH 15 % above the peak', 'bandwidth', edit('multivariant.m3u8', more('BANDWIDTH', 1.15))],
  ['AVERAGE-BANDWIDTH 5 % low', 'bandwidth', edit('multivariant.m3u8', more('AVERAGE-BANDWIDTH', 0.95))],
  ['CODECS of another level', 'variants', edit('multivariant.m3u8', (text) => text.replace(/avc1\.(....)../, 'avc1.$133'))],
  ['CODECS without the audio', 'variants', edit('multivariant.m3u8', (text) => text.replace(',mp4a.40.2', ''))],
  ['RESOLUTION two pixels off', 'variants', edit('multivariant.m3u8', (text) => text.replaceAll('x240', 'x242'))],
  ['FRAME-RATE of another film', 'variants', edit('multivariant.m3u8', (text) => text.replaceAll('25.000', '24.000'))],
  ['a language that is no tag', 'variants', edit('multivariant.m3u8', (text) => text.replace('LANGUAGE="en"', 'LANGUAGE="en_US"'))],
  ['no audio-only variant', 'variants', edit('multivariant.m3u8', (text) => text.replace(/#EXT-X-STREAM-INF[^\n]*\naudio[^\n]*\n/, ''))],
  ['a malformed attribute list', 'load', edit('multivariant.m3u8', (text) => text.replace('AUDIO="aac"', 'AUDIO=aac"'))],
  ['damaged picture data', 'alone', patch('video/1/2.m4s', (bytes) => bytes.fill(0x5a, bytes.length - 900, bytes.length - 700))],
  ['damaged picture data', 'decode', patch('video/1/2.m4s', (bytes) => bytes.fill(0x5a, bytes.length - 900, bytes.length - 700))],
  ['a tag readers refuse', 'readers', edit('video/0/playlist.m3u8', (text) => text.replace(/#EXT-X-TARGETDURATION.*\n/, ''))],
  ['the last second lost', 'duration', remade({ look: 'trim=end=4', sound: 'atrim=end=4' })],
  ['sound 30 ms late', 'sync', remade({ sound: 'adelay=30:all=1' })],
  ['sound 30 ms early', 'sync', remade({ sound: 'atrim=start=0.03,asetpts=PTS-STARTPTS' })],
  ['picture two frames late', 'sync', remade({ look: 'tpad=start=2' })],
  ['upside down', 'picture', remade({ look: 'vflip' })],
  ['mirrored', 'picture', remade({ look: 'hflip' })],
  ['squeezed', 'picture', remade({ look: 'scale=iw*3/4:ih' })],
  ['larger than the source', 'picture', remade({ heights: [120, 480] })],
  ['washed-out range', 'picture', remade({ look: 'lutyuv=y=val*219/255+16' })],
  ['crushed range', 'picture', remade({ look: 'lutyuv=y=(val-16)*255/219' })],
  ['ten bits', 'picture', remade({ options: ['-pix_fmt', 'yuv420p10le'] })],
  ['combs', 'combs', remade({ look: 'geq=lum=lum(X+mod(Y\\,2)*6\\,Y):cb=cb(X\\,Y):cr=cr(X\\,Y)' })],
  ['HDR not mapped', 'tones', remade({ look: 'lutyuv=y=val*0.6' })],
  ['a caption lost', 'text', edit('text/sw/1.vtt', () => 'WEBVTT\n\n')],
  ['a caption late', 'text', async (dir) => { for (const n of [1, 2]) await edit(`text/sw/${n}.vtt`, (text) => text.replace('00.500 -->', '00.600 -->'))(dir); }],
  ['a caption with a comma in its time', 'text', edit('text/sw/1.vtt', (text) => text.replace('00.500', '00,500'))],
  ['captions in another language', 'text', edit('multivariant.m3u8', (text) => text.replace('LANGUAGE="sw"', 'LANGUAGE="en"'))],
  ['no storyboard', 'storyboard', (dir) => rm(join(dir, 'image/storyboard.vtt'))],
  ['a storyboard without its sheet', 'storyboard', (dir) => rm(join(dir, 'image/storyboard-1.jpg'))],
  ['a storyboard with a hole', 'storyboard', edit('image/storyboard.vtt', (text) => text.replace('00:00:02.000 -->', '00:00:02.500 -->'))],
  ['a tile outside of its sheet', 'storyboard', edit('image/storyboard.vtt', (text) => text.replace('=160,0', '=200,0'))],
  ['a tile of another place', 'storyboard', edit('image/storyboard.vtt', (text) => text.replace('=160,0', '=120,60'))],
  ['a sheet of 60 kB', 'storyboard', (dir) => appendFile(join(dir, 'image/storyboard-1.jpg'), Buffer.alloc(60_000))],
  ['a storyboard longer than the lesson', 'storyboard', edit('image/storyboard.vtt', (text) => text.replace('00:00:05.000', '00:00:06.000'))],
  ['an index without files', 'schema', edit('index.json', (text) => text.replace('"files"', '"file"')), { sealed: false }],
  ['an index whose length is text', 'schema', edit('index.json', (text) => text.replace(/"duration_ms":(\d+)/, '"duration_ms":"$1"'))],
  ['an index that knows a bigger segment', 'facts', edit('index.json', (text) => text.replace(/("segments":\[\[0,\d+,)(\d+)/, '$11$2'))],
  ['an index that knows another peak', 'facts', edit('index.json', (text) => text.replace(/"peak_bandwidth":(\d+)/, '"peak_bandwidth":1$1'))],
  ['an index that speaks another language', 'facts', edit('index.json', (text) => text.replaceAll('"language":"sw"', '"language":"fr"'))],
  ['an index of another length', 'duration', edit('index.json', (text) => text.replace(/"duration_ms":(\d+)/, '"duration_ms":1$1'))],
];

const folder = await mkdtemp(join(tmpdir(), 'chalkline-checks-'));
let failures = 0;
try {
  const source = await makeClapper(join(folder, 'source.mp4'), { seconds: 5 });
  const facts = await sourceFacts(source);
  const truth = {
    facts, marks: await sourceMarks(source, facts), combs: [0.2, 2.2],
    picture: { display: [320, 240], corners: kCorners }, text: [{ language: 'sw', cues: [kCaption] }],
    storyboard: [{ at: 0.5, x: 0.08, y: 0.08, colour: kCorners[0] }, { at: 3, x: 0.08, y: 0.08, colour: kCorners[0] }],
    tones: [{ name: 'the yellow corner', x: 0.9, y: 0.9, low: 190, high: 235 }],
  };
  const good = await makeByHand(source, join(folder, 'good'));
  await addStoryboard(good, source);
  await sealByHand(good);
  const { problems } = await checkVersion(good, truth, [...new Set(kFaults.map(([, check]) => check))]);
  for (const { check, text } of problems) console.log(`FAIL a good version: ${check}: ${text}`);
  failures += problems.length;

  await inParallel(kFaults, 2, async ([name, check, work, { sealed = true } = {}], i) => {
    const dir = join(folder, String(i));
    await cp(good, dir, { recursive: true });
    await work(dir, source);
    if (sealed) await sealByHand(dir);
    const found = await checkVersion(dir, truth, [check]);
    const caught = found.problems.find((problem) => problem.check === check);
    console.log(caught ? `ok   ${name} -> ${check}: ${caught.text}` : `FAIL ${name}: ${check} says nothing (others: ${found.problems.map((p) => `${p.check}: ${p.text}`).join('; ')})`);
    if (!caught) failures += 1;
    await rm(dir, { recursive: true });
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? `every check objects to its fault (${kFaults.length} faults)` : `${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
