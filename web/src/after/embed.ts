// The lesson in a frame of another site's page (/embed/<lesson>): the page around it may play, pause, seek and set the speed, and
// hears what goes on, by postMessage. docs/embedding.md is the contract. Commands are taken from the parent alone; what is told
// holds nothing of the learner.
import type { Page } from '../engine';
import { make } from './elements';

interface Command {
  chalkline?: unknown;
  value?: unknown;
}

const kTimeMs = 1000;

// `statements`: the page around asks for those of xAPI (statements.ts).
export function listenToParent(page: Page, statements: () => void): void {
  const { video } = page;
  document.head.append(make('style', {}, '.embed header,.embed h1{display:none}'));
  const tell = (event: string) => parent.postMessage({
    chalkline: event,
    position: (page.held ?? video).currentTime,
    duration: (page.lesson?.duration_ms ?? 0) / 1000,
    paused: video.paused,
    bytes: page.usage.bytes,
  }, '*');
  const deeds = new Map<string, (value: number) => unknown>(Object.entries({
    play: () => (page.engine ? video.play() : document.getElementById('play')?.click()),
    pause: () => video.pause(),
    seek: (seconds: number) => { video.currentTime = seconds; },
    statements,
    speed: (rate: number) => { video.playbackRate = Math.max(0.5, Math.min(rate, 2)); },
  }));
  addEventListener('message', ({ source, data }: MessageEvent<Command | null>) => {
    if (source !== parent || typeof data?.chalkline !== 'string') return;
    const value = Number(data.value ?? 0);
    if (Number.isFinite(value)) deeds.get(data.chalkline)?.(value);
  });
  for (const event of ['playing', 'pause', 'ended', 'seeked']) video.addEventListener(event, () => tell(event));
  setInterval(() => { if (!video.paused) tell('time'); }, kTimeMs);
  tell('ready');
}
