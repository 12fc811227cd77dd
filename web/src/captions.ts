// Captions as plain <track> elements over the whole-lesson WebVTT file of each language: no HLS player in a browser shows
// our subtitle renditions everywhere (Chromium's own ignores them), a <track> works with every engine and costs nothing
// until it is chosen.
import type { Lesson, Text } from './lesson';

export const captionsOf = (lesson: Lesson): Text[] => lesson.text.filter((text) => text.path);

export function addCaptions(video: HTMLVideoElement, lesson: Lesson): void {
  for (const { language, label, path } of captionsOf(lesson)) {
    const track = document.createElement('track');
    track.kind = 'captions';
    track.srclang = language;
    track.label = label || language;
    track.src = lesson.base + path;
    video.append(track);
  }
}

// language "" shows none.
export function showCaptions(video: HTMLVideoElement, language: string): void {
  for (const track of video.textTracks) {
    if (track.kind === 'captions') track.mode = track.language === language ? 'showing' : 'disabled';
  }
}
