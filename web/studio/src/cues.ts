// Captions as the editor has them: read from WebVTT or SubRip, written as WebVTT. Lenient in reading, since people's files are; the
// server is strict and says which line it does not take. Pure.
export interface Cue {
  start: number; // seconds
  end: number;
  text: string;
  settings: string; // of WebVTT, kept as they came
}

const kTimes = /^\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*(.*)$/;

const seconds = (hours: string | undefined, minutes: string | undefined, whole: string | undefined, part: string | undefined): number =>
  Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(whole) + Number((part ?? '').padEnd(3, '0')) / 1000;

export function readCues(text: string): Cue[] {
  const cues: Cue[] = [];
  for (const block of text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => kTimes.test(line));
    const times = at >= 0 && kTimes.exec(lines[at] ?? '');
    if (!times || /^(NOTE|STYLE|REGION)/.test(lines[0] ?? '')) continue;
    const said = lines.slice(at + 1).join('\n').trim();
    if (said) cues.push({ start: seconds(times[1], times[2], times[3], times[4]), end: seconds(times[5], times[6], times[7], times[8]), text: said, settings: times[9] ?? '' });
  }
  return cues.sort((a, b) => a.start - b.start);
}

export function timeText(at: number): string {
  const ms = Math.round(at * 1000);
  const two = (value: number, digits = 2) => String(value).padStart(digits, '0');
  return `${two(Math.floor(ms / 3600000))}:${two(Math.floor(ms / 60000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${two(ms % 1000, 3)}`;
}

// "1:02.5", "62.5" or "00:01:02.500"; NaN where it is none.
export function readTime(text: string): number {
  const parts = text.trim().replace(',', '.').split(':');
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return Number.NaN;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

export const writeCues = (cues: Cue[]): string =>
  `WEBVTT\n\n${[...cues]
    .sort((a, b) => a.start - b.start)
    .map((cue) => `${timeText(cue.start)} --> ${timeText(cue.end)}${cue.settings ? ` ${cue.settings}` : ''}\n${cue.text.replace(/\n{2,}/g, '\n').trim()}\n`)
    .join('\n')}`;
