// window.chalkline: what is going on, for tests, labs and a support call ("open the console and type chalkline"). Stable:
// fields are added, never renamed. Read only: nothing in the page reads it back.
import { secondsAhead } from './buffered';
import type { EngineName } from './engine';
import type { Usage } from './usage';

export interface Hook {
  version: 1;
  engine: EngineName | null; // null before play
  height: number; // of the picture shown now, pixels; 0 without one
  switches: { at: number; from: number; to: number }[]; // picture heights; at: ms since the page began
  // Waits after the first frame; ms is 0 while one lasts. ahead: seconds of lesson that were there: near 0 the network was
  // too slow, else the device was.
  stalls: { at: number; position: number; ahead: number; ms: number }[];
  // Times in which the sound went on and the last picture stood, because the next was not there; ms is 0 while one lasts.
  holds: { at: number; position: number; ms: number }[];
  errors: string[]; // what an engine gave up with, and what hls.js recovered from
  usage: Usage; // bytes, fetched rungs, throughput
  audio: string; // wished language, "" for the default
  rung: string; // wished rung
  captions: string; // shown language, "" for none
  firstFrame: number; // ms since the page began; 0 before it
  readonly position?: number; // seconds into the lesson: what is heard; there with the second script
}

declare global {
  interface Window {
    chalkline: Hook;
  }
}

// Fills heights, stalls and the first frame from the element's events, the same for both engines.
export function makeHook(video: HTMLVideoElement, usage: Usage): Hook {
  const hook: Hook = {
    version: 1, engine: null, height: 0, switches: [], stalls: [], holds: [], errors: [], usage, audio: '', rung: '', captions: '', firstFrame: 0,
  };
  window.chalkline = hook;
  const endStall = () => {
    const last = hook.stalls[hook.stalls.length - 1];
    if (last && last.ms === 0) last.ms = performance.now() - last.at;
  };
  video.addEventListener('resize', () => {
    const to = video.videoHeight;
    if (to === hook.height) return;
    if (hook.height > 0 && to > 0) hook.switches.push({ at: performance.now(), from: hook.height, to });
    hook.height = to;
  });
  video.addEventListener('emptied', endStall); // another playlist: not the network's doing
  video.addEventListener('waiting', () => {
    if (hook.firstFrame > 0 && !video.seeking && video.playbackRate && !video.paused && !video.ended && video.readyState > 0) {
      endStall();
      hook.stalls.push({ at: performance.now(), position: video.currentTime, ahead: secondsAhead(video), ms: 0 });
    }
  });
  video.addEventListener('playing', () => {
    if (hook.firstFrame === 0) hook.firstFrame = performance.now();
    endStall();
  });
  return hook;
}
