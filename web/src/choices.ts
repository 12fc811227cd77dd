// The three choices under the picture (language, captions, picture) and the line that says what the lesson costs. Fills
// the <select>s that watch.html holds; a choice of one is not shown.
import { audioFor, audios, clock, figure, languages, lessonMegabytes, rows, rungs, soundWith } from './lesson';
import type { AudioCodec, Lesson, Rendition } from './lesson';
import { captionsOf } from './captions';
import { kAuto, kSoundOnly } from './engine';
import { strings } from './strings';

function fill(select: HTMLSelectElement, options: [value: string, text: string][], chosen: string): void {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
  const field = select.closest('label');
  if (field) field.hidden = options.length < 2;
}

export function fillAudio(select: HTMLSelectElement, lesson: Lesson, codec: AudioCodec): void {
  const list = languages(audios(lesson, codec));
  const chosen = audioFor(lesson, codec, '')?.language ?? '';
  fill(select, list.map(({ tag, label }) => [tag, label]), chosen);
}

export function fillCaptions(select: HTMLSelectElement, lesson: Lesson, shown: string): void {
  fill(select, [['', strings.off], ...languages(captionsOf(lesson)).map(({ tag, label }): [string, string] => [tag, label])], shown);
}

// "720p", or "720p 1" and "720p 2" where two rungs have one height.
function rungName(rung: Rendition, all: Rendition[]): string {
  const same = all.filter((other) => other.height === rung.height);
  const height = `${rung.height ?? 0}p`;
  return same.length > 1 ? `${height} ${same.indexOf(rung) + 1}` : height;
}

export function fillPicture(select: HTMLSelectElement, lesson: Lesson, codec: AudioCodec, language: string, chosen: string): void {
  const audio = audioFor(lesson, codec, language);
  const all = rungs(lesson);
  if (all.length === 0) return fill(select, [], '');
  const options: [string, string][] = [[kAuto, strings.auto]];
  for (const rung of all) options.push([rung.id, strings.choice(rungName(rung, all), figure(lessonMegabytes(rung, soundWith(lesson, rung, codec, language))))]);
  if (audio) options.push([kSoundOnly, strings.choice(strings.soundOnly, figure(lessonMegabytes(audio)))]);
  fill(select, options, chosen);
}

// "24:10 long, 4.1 to 21 MB; sound only 2.2 MB"
export function costLine(lesson: Lesson, codec: AudioCodec, language: string): string {
  const audio = audioFor(lesson, codec, language);
  const costs = rows(lesson, codec, language).map(({ rung, sound }) => lessonMegabytes(rung, sound));
  const alone = lessonMegabytes(audio);
  if (costs.length === 0) costs.push(alone);
  const line = strings.cost(clock(lesson.duration_ms), figure(Math.min(...costs)), figure(Math.max(...costs)));
  return rungs(lesson).length && audio ? line + strings.soundCost(figure(alone)) : line;
}
