// The chapters, each with a picture out of the storyboard (docs/version-format.md), which is fetched when they are opened.
import type { Page } from '../engine';
import { clock } from '../lesson';
import { make } from './elements';

export interface Tile {
  start: number; // seconds
  end: number;
  sheet: string; // file name
  x: number;
  y: number;
  width: number;
  height: number;
}

const seconds = (text: string) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

// The cues of a storyboard: "00:00:00.000 --> 00:00:16.000", then "storyboard-1.jpg#xywh=0,0,160,90". Pure.
export function readStoryboard(text: string): Tile[] {
  const cue = /([\d:.]+) --> ([\d:.]+)\n([\w.-]+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;
  return [...text.matchAll(cue)].map(([, start = '', end = '', sheet = '', ...box]) => {
    const [x = 0, y = 0, width = 0, height = 0] = box.map(Number);
    return { start: seconds(start), end: seconds(end), sheet, x, y, width, height };
  });
}

async function tilesOf(base: string): Promise<Tile[]> {
  try {
    const answer = await fetch(`${base}image/storyboard.vtt`);
    return answer.ok ? readStoryboard(await answer.text()) : [];
  } catch {
    return []; // no network: chapters without pictures
  }
}

// Fills `list`; false: the lesson has no chapters.
export function fillChapters(page: Page, list: HTMLOListElement): boolean {
  const { lesson, video } = page;
  if (!lesson?.chapters?.length) return false;
  const pictures: [start: number, picture: HTMLElement][] = [];
  for (const { start_ms: start, title } of lesson.chapters) {
    const picture = make('span', { className: 'tile' });
    const line = make('button', { type: 'button' }, picture, make('small', {}, clock(start)), ` ${title}`);
    line.addEventListener('click', () => {
      video.currentTime = start / 1000 + 0.01;
      void video.play().catch(() => undefined);
    });
    list.append(make('li', {}, line));
    pictures.push([start / 1000, picture]);
  }
  void tilesOf(lesson.base).then((tiles) => {
    for (const [start, picture] of pictures) {
      const tile = tiles.find(({ end }) => end > start + 0.5);
      if (!tile) continue;
      picture.style.cssText = `width:${tile.width}px;height:${tile.height}px;background:url("${lesson.base}image/${tile.sheet}") -${tile.x}px -${tile.y}px`;
    }
  });
  return true;
}
