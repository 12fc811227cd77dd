// What an engine is: the thing that turns "this lesson, this language, this rung" into a playing <video>. own/player.ts,
// native.ts and hlsjs.ts implement it; watch.ts tries them in that order.
import type { AudioCodec, Lesson, Rendition } from './lesson';

export const kAuto = 'auto';
export const kSoundOnly = 'sound';

export interface Wish {
  audio: string; // BCP 47, or "" for the lesson's default
  rung: string; // kAuto, kSoundOnly or a video rendition's id
  cap: number; // bit/s that an automatic choice should stay below; 0: none
}

export type EngineName = 'own' | 'native' | 'hls.js';

export interface Engine {
  readonly name: EngineName;
  readonly codec: AudioCodec;
  start(wish: Wish, at: number): Promise<void>; // at: seconds into the lesson
  change(wish: Wish): void; // position and play state are kept
  destroy(): void;
}

export interface EngineContext {
  video: HTMLVideoElement;
  lesson: Lesson | null;
  multivariant: string; // URL of the lesson's multivariant playlist
  failed(message: string): void; // the engine cannot go on
}

// The address of the multivariant playlist for a wish. The server leaves out what was not asked for; unknown parameters
// do no harm to a static server.
export function multivariantUrl(base: string, codec: AudioCodec, wish: Wish): string {
  const url = new URL(base, location.href);
  url.searchParams.set('codec', codec);
  if (wish.audio) url.searchParams.set('audio', wish.audio);
  if (wish.rung !== kAuto) url.searchParams.set('rung', wish.rung.replace('video/', ''));
  else if (wish.cap > 0) url.searchParams.set('max', String(Math.round(wish.cap)));
  return url.href;
}

export const mediaPlaylistUrl = (lesson: Lesson, rendition: Rendition): string =>
  new URL(`${lesson.base}${rendition.id}/playlist.m3u8`, location.href).href;

