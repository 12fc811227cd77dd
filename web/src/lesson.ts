// What the server tells the page about a lesson (the JSON block #lesson), and what follows from it: which
// languages there are, what a choice costs. Key names are those of index.json (docs/version-format.md). Pure.

export interface Rendition {
  id: string; // "video/0", "audio/en-opus": also its folder under base
  kind: 'video' | 'audio';
  codec: string; // "h264", "opus", "aac"
  codecs: string; // as RFC 6381 has it
  width?: number;
  height?: number;
  frame_rate?: number; // the mean over the lesson
  language?: string; // BCP 47
  label?: string;
  default?: boolean;
  bytes: number; // init and segments
  average_bandwidth: number; // bit/s
  peak_bandwidth: number; // bit/s
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

export function audioFor(lesson: Lesson, codec: AudioCodec, language: string): Rendition | undefined {
  const list = audios(lesson, codec);
  return list.find((r) => r.language === language) ?? list.find((r) => r.default) ?? list[0];
}

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
