// Inputs, part six: subtitles inside and beside, chapters, titles, names of files, tracks that are neither seen nor heard.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeClapper } from '../support/clapper.mjs';
import { ffmpeg } from '../support/run.mjs';

export const kCues = [
  { start: 500, end: 1500, text: 'Habari ya asubuhi' },
  { start: 1600, end: 5200, text: 'Élève, größer, ñandú' },
  { start: 5300, end: 6000, text: 'a < b & c' },
];
const clock = (ms, mark) => `00:00:0${Math.floor(ms / 1000)}${mark}${String(ms % 1000).padStart(3, '0')}`;
const srt = (cues) => cues.map(({ start, end, text }, i) => `${i + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${text}\n`).join('\n');
const vtt = (cues) => `WEBVTT\n\nNOTE made for a test\n\n${cues.map(({ start, end, text }) => `${clock(start, '.')} --> ${clock(end, '.')} line:0\n${text.replace('&', '&amp;').replace('<', '&lt;')}\n`).join('\n')}`;

/** Subtitles muxed into the file. */
function inside(name, file, codec, language = 'swa', expected = 'sw', cues = kCues) {
  return {
    name,
    make: async (dir) => {
      const raw = await makeClapper(join(dir, 'raw.mp4'), { seconds: 7 });
      await writeFile(join(dir, 'raw.srt'), srt(cues));
      const path = join(dir, file);
      await ffmpeg(['-i', raw, '-i', join(dir, 'raw.srt'), '-map', '0', '-map', '1', '-c', 'copy', '-c:s', codec, '-metadata:s:s:0', `language=${language}`, path]);
      return path;
    },
    spare: ['raw.mp4', 'raw.srt'],
    truth: { picture: {}, text: [{ language: expected, cues }] },
  };
}

/** A side file given with --captions. */
function beside(name, file, bytes, cues = kCues) {
  return {
    name,
    make: async (dir) => {
      await writeFile(join(dir, file), bytes);
      return makeClapper(join(dir, 'lesson.mp4'), { seconds: 7 });
    },
    args: (dir) => ['--captions', `${join(dir, file)}:sw`],
    spare: [file],
    truth: { picture: {}, text: [{ language: 'sw', cues }] },
  };
}

const named = (name, file) => ({ name, make: (dir) => makeClapper(join(dir, file), { seconds: 2 }), truth: { picture: {} } });

export const text = [
  inside('subtitles in mp4 (mov_text)', 'inside.mp4', 'mov_text'),
  inside('subtitles in mkv (SubRip)', 'inside.mkv', 'srt', 'fre', 'fr'),
  inside('subtitles in mkv (ASS)', 'inside.mkv', 'ass', 'eng', 'en'),
  inside('subtitles in webm-like mkv (WebVTT)', 'inside.mkv', 'webvtt', 'swa', 'sw', kCues.slice(0, 2)),  // ffmpeg copies "<" into WebVTT, where it opens a tag
  beside('side .srt, UTF-8 with BOM and CRLF', 'bom.srt', `\ufeff${srt(kCues).replaceAll('\n', '\r\n')}`),
  beside('side .srt, Latin-1', 'latin.srt', Buffer.from(srt(kCues), 'latin1')),
  beside('side .srt, UTF-16 little endian', 'wide.srt', Buffer.from(`\ufeff${srt(kCues)}`, 'utf16le')),
  beside('side .vtt', 'side.vtt', vtt(kCues)),
  {
    ...beside('side file that is no text', 'noise.srt', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 151 + 7) % 256))),
    refused: /noise\.srt/, truth: undefined,
  },
  {
    name: 'chapters and a title',
    make: async (dir) => {
      const raw = await makeClapper(join(dir, 'raw.mp4'), { seconds: 4 });
      await writeFile(join(dir, 'raw.txt'), ';FFMETADATA1\ntitle=Hisabati: ¼ na ½\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Utangulizi\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=4000\ntitle=Mazoezi\n');
      const path = join(dir, 'chapters.mp4');
      await ffmpeg(['-i', raw, '-i', join(dir, 'raw.txt'), '-map', '0', '-map_metadata', '1', '-c', 'copy', path]);
      return path;
    },
    spare: ['raw.mp4', 'raw.txt'],
    truth: { picture: {}, title: 'Hisabati: ¼ na ½', chapters: [[0, 1500, 'Utangulizi'], [1500, 4000, 'Mazoezi']], text: [] },
  },
  {
    name: 'slides without chapters',
    make: async (dir) => {
      const path = join(dir, 'slides.mp4');
      const slides = [['red', 6], ['lime', 8], ['blue', 7]];
      const chain = slides.map((_, i) => `[${i}:v]drawbox=x=${40 + 60 * i}:y=100:w=50:h=40:color=white:t=fill[v${i}]`);
      await ffmpeg([...slides.flatMap(([colour, seconds]) => ['-f', 'lavfi', '-t', String(seconds), '-i', `color=${colour}:s=320x240:r=25`]),
        '-filter_complex', `${chain.join(';')};[v0][v1][v2]concat=n=3:v=1:a=0,format=yuv420p[v]`, '-map', '[v]', '-c:v', 'libx264', '-preset', 'veryfast', path]);
      return path;
    },
    truth: {
      marks: false, picture: { corners: null }, text: [], chapters: [[0, 6000, '1'], [6000, 14000, '2'], [14000, 21000, '3']],
      storyboard: [[1, 'red'], [5, 'lime'], [10, 'lime'], [20, 'blue']].map(([at, colour]) => ({ at, x: 0.1, y: 0.1, colour })),
    },
  },
  {
    name: 'a timecode track',
    make: (dir) => makeClapper(join(dir, 'timecode.mov'), { seconds: 3, mux: ['-timecode', '10:00:00:00'] }),
    truth: { picture: {}, text: [] },
  },
  named('a name with spaces and quotes', `it's a "lesson" (1).mp4`),
  named('a name in Arabic and Amharic', 'درس ትምህርት.mp4'),
  named('a name with a line feed', 'two\nlines.mp4'),
  named('a name that looks like an option', '-y.mp4'),
  named('a name that looks like a protocol', 'concat:lesson|x.mp4'),
  named('a name with a percent pattern', 'frame%03d.mp4'),
  named('a name with the wrong ending', 'really-mp4.avi.mp4'),
];
