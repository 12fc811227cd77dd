// What the server tells the page about a lesson (the JSON block #lesson), and what follows from it: which
// languages there are, what a choice costs. Key names are those of index.json (docs/version-format.md). Pure.

export interface Rendition {
  id: string; // "video/0", "audio/en-o12": also its folder under base
  kind: 'video' | 'audio';
  codec: string; // "h264", "opus", "aac"
  codecs: string; // as RFC 6381 has it
  width?: number;
  height?: number;
  frame_rate?: number; // the mean over the lesson; of a saver ladder
  dear?: number; // bit/s: not worth its bytes to the eye, but for who asks for it, or has a link that carries so much all the time
  language?: string; // BCP 47
  label?: string;
  default?: boolean;
  track?: string; // the same for one voice at all its rates and codecs; absent: a voice of its own
  bytes: number; // init and segments
  average_bandwidth: number; // bit/s
  peak_bandwidth: number; // bit/s, up to the next thousand
  segment_kb?: number[]; // 1000 bytes, rounded up, of each segment; of video renditions
}

export interface Text {
  language: string; // BCP 47
  label: string;
  path?: string; // the whole track as one WebVTT file, relative to base
}

export interface Lesson {
  id: string;
  title: string;
  language: string;
  duration_ms: number;
  base: string; // "/v/<version>/"
  segment_ms?: number[]; // length of each segment, the same in all renditions
  renditions: Rendition[];
  text: Text[];
  chapters?: Chapter[];
  reports?: true; // the operator wants to hear how visits were (after/reports.ts)
  cmcd?: true; // ... and how the player is doing, with each request (after/cmcd.ts)
  lrs?: string; // an xAPI endpoint (after/statements.ts)
}

export interface Chapter {
  start_ms: number;
  end_ms: number;
  title: string;
}

export interface Language {
  tag: string;
  label: string;
}

export type AudioCodec = 'opus' | 'aac';

export function parseLesson(text: string | null): Lesson | null {
  try {
    const lesson = JSON.parse(text ?? '') as Lesson;
    return Array.isArray(lesson.renditions) && Array.isArray(lesson.text) ? lesson : null;
  } catch {
    return null; // the page then plays without choices
  }
}

export const rungs = (lesson: Lesson): Rendition[] => lesson.renditions.filter((r) => r.kind === 'video');

// The audio renditions of one codec; of any codec when the lesson has none in that one.
export function audios(lesson: Lesson, codec: AudioCodec): Rendition[] {
  const all = lesson.renditions.filter((r) => r.kind === 'audio');
  const wanted = all.filter((r) => r.codec === codec);
  return wanted.length ? wanted : all;
}

const byCost = (a: Rendition, b: Rendition): number => a.average_bandwidth - b.average_bandwidth;

// The rates of one voice, from the cheapest up: of the first one in the language, else of the default one.
export function ratesFor(lesson: Lesson, codec: AudioCodec, language: string): Rendition[] {
  const list = audios(lesson, codec);
  const voice = list.find((r) => r.language === language) ?? list.find((r) => r.default) ?? list[0];
  return voice ? list.filter((r) => r === voice || (r.track && r.track === voice.track)).sort(byCost) : [];
}

// What is played where there is no picture: the cheapest.
export const audioFor = (lesson: Lesson, codec: AudioCodec, language: string): Rendition | undefined => ratesFor(lesson, codec, language)[0];

// A rung and the sound that goes with it.
export interface Row {
  rung: Rendition;
  sound: Rendition | undefined;
}

const kPictureToSound = 3;

// The staircase of rungs and sounds, from the cheapest up, as the multivariant playlist has it (manifests/audio_levels): a rung
// takes the richest sound that costs a third of its picture or less, and each sound is in use.
export function rows(lesson: Lesson, codec: AudioCodec, language: string): Row[] {
  const pictures = rungs(lesson).sort(byCost);
  const sounds = ratesFor(lesson, codec, language);
  const all: Row[] = [];
  let level = -1; // of the row before
  pictures.forEach((rung, i) => {
    const suits = (sound: Rendition | undefined) => sound && sound.average_bandwidth * kPictureToSound <= rung.average_bandwidth;
    let top = Math.max(level, 0);
    while (suits(sounds[top + 1])) ++top;
    level = Math.min(level + 1, top);
    if (i + 1 === pictures.length) top = sounds.length - 1;
    do all.push({ rung, sound: sounds[level] });
    while (level < top && ++level);
  });
  return all;
}

// The sound of a rung that the learner chose: the cheapest that it is offered with, so that the figure beside it holds.
export const soundWith = (lesson: Lesson, rung: Rendition, codec: AudioCodec, language: string): Rendition | undefined =>
  rows(lesson, codec, language).find((row) => row.rung.id === rung.id)?.sound;

// One entry per language, in the order of the index.
export function languages(list: { language?: string; label?: string }[]): Language[] {
  const seen = new Map<string, string>();
  for (const { language = 'und', label } of list) if (!seen.has(language)) seen.set(language, label || language);
  return [...seen].map(([tag, label]) => ({ tag, label }));
}

// MB (10^6 bytes) for the whole lesson.
export const lessonMegabytes = (...parts: (Rendition | undefined)[]): number =>
  parts.reduce((sum, part) => sum + (part?.bytes ?? 0), 0) / 1e6;

// MB (10^6 bytes) for an hour, from average bit rates.
export const hourMegabytes = (...parts: (Rendition | undefined)[]): number =>
  (parts.reduce((sum, part) => sum + (part?.average_bandwidth ?? 0), 0) * 3600) / 8e6;

// "0.4", "3.1", "42": enough digits to decide by, no more.
export const figure = (megabytes: number): string => (megabytes < 10 ? Math.max(megabytes, 0.1).toFixed(1) : megabytes.toFixed(0));

// "1:02:03" or "2:03".
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
