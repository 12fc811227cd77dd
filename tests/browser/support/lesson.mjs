// The lesson that the browser tests watch: 72 s of moving picture hard enough that rungs differ in bits, two audio languages
// that a machine can tell apart (speech over a tone: 500 Hz in English, 1500 Hz in French), embedded English captions and
// a French side file. Made once per build folder; `chalkline add` puts it into a library.
import { access, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.mjs';

export const kSeconds = 72;
export const kTones = { en: 500, fr: 1500 };
export const kCueSeconds = 6;
const kNote = 'lesson.json'; // in the work folder: which program made the library there, and what is in it

const clock = (seconds) => `00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;

const stampOf = async (program) => {
  const { mtimeMs, size } = await stat(program);
  return `${mtimeMs} ${size}`;
};

// The cue on screen at a time, as both captions files have it.
export const cueText = (language, seconds) => `${language} cue ${Math.floor(seconds / kCueSeconds)}`;

function cues(language, separator) {
  const list = [];
  for (let start = 0; start < kSeconds; start += kCueSeconds)
    list.push(`${list.length + 1}\n${clock(start)}${separator}000 --> ${clock(start + kCueSeconds - 1)}${separator}900\n${cueText(language, start)}\n`);
  return list.join('\n');
}

async function makeSource(folder) {
  const path = join(folder, 'lesson.mkv');
  if (await access(path).then(() => true, () => false)) return path;
  await mkdir(folder, { recursive: true });
  const file = (name) => join(folder, name);
  await writeFile(file('en.srt'), cues('en', ','));
  await writeFile(file('fr.vtt'), `WEBVTT\n\n${cues('fr', '.')}`);
  await run('espeak-ng', ['-v', 'en', '-w', file('en.wav'), 'Everything falls at the same speed, when the air lets it.']);
  await run('espeak-ng', ['-v', 'fr', '-w', file('fr.wav'), "Tout tombe à la même vitesse, quand l'air le permet."]);
  const sound = (input, language) =>
    `sine=f=${kTones[language]}:r=48000:d=${kSeconds},volume=0.8[tone_${language}];` +
    `[${input}:a]aresample=48000,volume=0.3[speech_${language}];[tone_${language}][speech_${language}]amix=inputs=2:duration=first[${language}]`;
  await run('ffmpeg', [
    '-v', 'error', '-y',
    '-f', 'lavfi', '-i', `testsrc2=s=854x480:r=15:d=${kSeconds},noise=alls=14:allf=t,format=yuv420p`,
    '-stream_loop', '-1', '-i', file('en.wav'), '-stream_loop', '-1', '-i', file('fr.wav'), '-i', file('en.srt'),
    '-filter_complex', `${sound(1, 'en')};${sound(2, 'fr')}`,
    '-map', '0:v', '-map', '[en]', '-map', '[fr]', '-map', '3:s',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-c:a', 'aac', '-b:a', '96k', '-c:s', 'srt', '-t', String(kSeconds),
    '-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=fra', '-metadata:s:s:0', 'language=eng',
    file('making.mkv'),
  ]);
  await rename(file('making.mkv'), path);
  return path;
}

// The id of the lesson that `chalkline add --json` made.
export function addedBy(out) {
  const added = out.trim().split('\n').map((line) => JSON.parse(line)).find(({ event }) => event === 'added');
  if (!added) throw new Error(`chalkline add did not say which lesson it made: ${out.slice(-1000)}`);
  return added.lesson;
}

async function makeLibrary(chalkline, folder) {
  const source = await makeSource(join(folder, 'source'));
  const library = join(folder, 'library');
  const config = join(folder, 'chalkline.yaml'); // small and quick: what is tested is the playing
  await writeFile(config, 'transcode:\n  x264_preset: veryfast\n  av1: off\n');
  await rm(library, { recursive: true, force: true });
  const out = await run(chalkline, [
    'add', source, '--title', 'How things fall: <gravity> & "friends"', '--course', 'Physics', '--library', library, '--config', config, '--json',
    '--captions', `${join(folder, 'source', 'fr.vtt')}:fr`,
  ]);
  return { library, lesson: addedBy(out) };
}

// Makes it and leaves a note in the folder, by which later tests find it.
async function leave(chalkline, folder, note, make) {
  const path = join(folder, note);
  await rm(path, { force: true });
  const made = await make(chalkline, folder);
  await writeFile(path, JSON.stringify({ of: await stampOf(chalkline), made }));
  return made;
}

// What a test before left there, for as long as the program is the same one.
async function shared(chalkline, folder, note, make) {
  const known = await readFile(join(folder, note), 'utf8').then(JSON.parse, () => null);
  return known?.of === (await stampOf(chalkline)) ? known.made : leave(chalkline, folder, note, make);
}

// The lesson in a fresh library, and in the one that there is: {library, lesson: its id}.
export const addLesson = (chalkline, folder) => leave(chalkline, folder, kNote, makeLibrary);
export const sharedLesson = (chalkline, folder) => shared(chalkline, folder, kNote, makeLibrary);

// The latter in a library that is for the test of that name alone: nobody opens the one that is copied from, so that it is whole.
export async function ownLesson(chalkline, folder, name) {
  const { library: from, lesson } = await sharedLesson(chalkline, folder);
  const library = join(folder, 'own', name);
  await rm(library, { recursive: true, force: true });
  await cp(from, library, { recursive: true });
  return { library, lesson };
}

// The same in a library of its own with a second lesson, of three seconds, and both in a course of a curriculum, with titles in Arabic
// too: {library, lesson, second}.
async function makeCurriculum(chalkline, folder) {
  const { library, lesson } = await ownLesson(chalkline, folder, 'curriculum');
  const source = join(folder, 'source', 'second.mkv');
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=10:d=3', '-f', 'lavfi', '-i', 'sine=f=440:d=3', source]);
  const second = addedBy(await run(chalkline, ['add', source, '--title', 'Falling & flying', '--library', library, '--config', join(folder, 'chalkline.yaml'), '--json']));
  const row = (id, title, arabic, position) => `${id},"${title}",en,${arabic},Kenya,Grade 6,Science,How things move,${position},published`;
  const rows = [row(lesson, 'How things fall: <gravity> & ""friends""', 'كيف تسقط الأشياء', 1), row(second, 'Falling & flying', 'السقوط والطيران', 2)];
  const table = join(folder, 'curriculum.csv');
  await writeFile(table, `id,title,language,title:ar,country,grade,subject,course,position,state\n${rows.join('\n')}\n`);
  await run(chalkline, ['import', table, '--library', library]);
  return { library, lesson, second };
}

export const curriculum = (chalkline, folder) => shared(chalkline, folder, 'curriculum.json', makeCurriculum);
