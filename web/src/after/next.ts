// "Next lesson": a link at the end of the page, once the lesson is nearly over. The server knows what comes next (/l/<lesson>/next.json);
// nobody is asked before, and a lesson that plays without a network does without.
import type { Page } from '../engine';
import { make } from './elements';
import { neighboursOf } from './neighbours';
import type { Words } from './words';

const kNearlyOver = 60; // seconds before the end, or a fifth of a short lesson

async function show(lesson: string, words: Words): Promise<void> {
  const { next } = await neighboursOf(lesson);
  if (!next) return;
  const title = make('bdi', { lang: next.language === 'und' ? '' : next.language }, next.title);
  document.querySelector('main')?.append(make('p', { id: 'next' }, `${words.next}: `, make('a', { href: next.watch }, title)));
}

export function offerNext({ video, lesson }: Page, words: Words): void {
  if (!lesson) return;
  const look = () => {
    const left = video.duration - video.currentTime;
    if (!(left < kNearlyOver && left < video.duration / 5)) return;
    video.removeEventListener('timeupdate', look);
    show(lesson.id, words).catch(() => undefined);
  };
  video.addEventListener('timeupdate', look);
}
