// What an engine is: the thing that turns "this lesson, this language, this rung" into a playing <video>. own/player.ts,
// native.ts and hlsjs.ts implement it; watch.ts tries them in that order. And what the page's parts share.
import type { Hook } from './hook';
import type { AudioCodec, Lesson, Rendition } from './lesson';
import type { Strings } from './strings';
import type { Usage } from './usage';
import type { Words } from './after/words';

export const kAuto = 'auto';
export const kSoundOnly = 'sound';

export interface Wish {
  audio: string; // BCP 47, or "" for the lesson's default
  rung: string; // kAuto, kSoundOnly or a video rendition's id
  cap: number; // bit/s that an automatic choice should stay below; 0: none
  most: number; // row of the staircase (lesson.ts) that an automatic choice stays at or below, Infinity: none; and ...
  last: number; // ... segments that may be fetched, Infinity: all. A data limit sets both, and our own player keeps them
}

export type EngineName = 'own' | 'native' | 'hls.js';

// A segment of sound as it was appended, or as far as it came: its init segment, then its bytes.
export interface Kept {
  start: number; // seconds into the lesson
  end: number;
  pieces: Uint8Array[];
}

// What our own player has of picture and sound at the present.
export interface Parts {
  type: string; // of the sound, for a SourceBuffer
  kept: Kept[];
  picture: number; // seconds into the lesson up to which there is no hole; -1: nothing is there; Infinity: sound only
  sound: number;
  pictureNext: number; // segment under way, or the next one
  soundNext: number;
  underWay: number; // bytes that are there of the segments under way
}

export interface Engine {
  readonly name: EngineName;
  readonly codec: AudioCodec;
  start(wish: Wish, at: number): Promise<void>; // at: seconds into the lesson
  change(wish: Wish): void; // position and play state are kept
  parts?(): Parts | null; // null: there is no picture, or no sound
  destroy(): void;
}

export interface EngineContext {
  video: HTMLVideoElement;
  lesson: Lesson | null; // as it is played: in one video codec
  multivariant: string; // URL of the lesson's multivariant playlist
  held: HTMLMediaElement | null; // what is heard while the picture waits for its data (hold.ts): the clock is then its
  usage: Usage;
  failed(message: string): void; // the engine cannot go on
  words?: Words; // of what is no part of the first script, in another language
  capped(cap: number, because: string): void; // the engine chose a lower cap
}

// What the first script shares with those that are loaded after it.
export interface Page extends EngineContext {
  engine: Engine | null;
  wish: Wish;
  hook: Hook;
  strings: Strings;
  change(): void; // the wish has changed
  show(): void; // lesson, codec or words have changed
}

// The address of the multivariant playlist for a wish. The server leaves out what was not asked for; unknown parameters
// do no harm to a static server.
export function multivariantUrl(base: string, codec: AudioCodec, wish: Pick<Wish, 'audio' | 'rung' | 'cap'>): string {
  const url = new URL(base, location.href);
  url.searchParams.set('codec', codec);
  if (wish.audio) url.searchParams.set('audio', wish.audio);
  if (wish.rung !== kAuto) url.searchParams.set('rung', wish.rung.replace('video/', ''));
  else if (wish.cap > 0) url.searchParams.set('max', String(Math.round(wish.cap)));
  return url.href;
}

export const mediaPlaylistUrl = (lesson: Lesson, rendition: Rendition): string =>
  new URL(`${lesson.base}${rendition.id}/playlist.m3u8`, location.href).href;
