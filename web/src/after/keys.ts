// The keys of players, wherever the focus is but in a control that needs them itself: space and K, arrows, M, C, F, < and >.
import type { Page } from '../engine';

const kSpeeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export function faster(now: number, steps: number): number {
  const at = kSpeeds.findIndex((speed) => speed >= now - 0.01);
  return kSpeeds[Math.max(0, Math.min(kSpeeds.length - 1, (at < 0 ? kSpeeds.length - 1 : at) + steps))] ?? 1;
}

export function listenToKeys(page: Page): void {
  const { video } = page;
  const seek = (seconds: number) => { video.currentTime = Math.max(0, Math.min(video.duration || 0, (page.held ?? video).currentTime + seconds)); };
  const speed = (steps: number) => { video.playbackRate = faster((page.held ?? video).playbackRate, steps); };
  const captions = () => {
    const field = document.getElementById('captions') as HTMLSelectElement;
    field.selectedIndex = field.selectedIndex > 0 ? 0 : Math.min(1, field.options.length - 1);
    field.dispatchEvent(new Event('change'));
  };
  const deeds: Record<string, () => unknown> = {
    ' ': () => (video.paused ? video.play() : video.pause()),
    k: () => (video.paused ? video.play() : video.pause()),
    ArrowLeft: () => seek(-5),
    ArrowRight: () => seek(5),
    m: () => { video.muted = !video.muted; },
    c: captions,
    f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen?.()),
    '<': () => speed(-1),
    '>': () => speed(1),
  };
  addEventListener('keydown', (event) => {
    const { target, key } = event;
    const deed = deeds[key.length === 1 ? key.toLowerCase() : key];
    if (!deed || !page.engine || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.closest('select, input, textarea')) return;
    const own = target instanceof Element && ((target === video && video.controls) || target.closest('button, a, summary')); // these use the space bar and arrows themselves
    if (own && (key === ' ' || key.startsWith('Arrow'))) return;
    event.preventDefault();
    deed();
  });
}
