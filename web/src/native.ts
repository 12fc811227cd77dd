// The browser's own HLS player (Safari, Chromium 142 and later), loaded where it is what plays. A choice of language or rung is
// another multivariant playlist, because browsers differ in which tracks they let a page choose (Chromium: none).
import { audioFor } from './lesson';
import { kAuto, kSoundOnly, mediaPlaylistUrl, multivariantUrl } from './engine';
import type { Engine, EngineContext, Wish } from './engine';
import { words as english } from './after/words';
import { firstCap, nextCap, watchForWaits } from './rescue';

export function nativeEngine(context: EngineContext): Engine {
  const { video, lesson } = context;
  const codec = video.canPlayType('audio/mp4; codecs="opus"') ? 'opus' : 'aac';
  // Some old Android browsers say "maybe" and mean a player without fMP4: the error then leads to hls.js.
  const failed = () => context.failed(video.error?.message || `media error ${video.error?.code ?? 0}`);
  let wish: Wish | null = null;
  video.addEventListener('error', failed);
  const stop = watchForWaits(video, () => {
    if (!lesson || wish?.rung !== kAuto) return;
    const cap = nextCap(lesson, context.usage, wish.cap);
    if (cap > 0) context.capped(cap, (context.words ?? english).slower);
  });

  function address(wanted: Wish): string {
    wish = wanted;
    if (wanted.rung === kSoundOnly && lesson) {
      const audio = audioFor(lesson, codec, wanted.audio);
      if (audio) return mediaPlaylistUrl(lesson, audio);
    }
    return multivariantUrl(context.multivariant, codec, wanted);
  }

  return {
    name: 'native',
    codec,
    async start(wanted, at) {
      video.src = address(wanted.rung === kAuto && !wanted.cap ? { ...wanted, cap: firstCap(lesson) } : wanted);
      if (at > 0) video.currentTime = at; // before metadata this is the default playback start position
      await video.play();
    },
    change(wanted) {
      const at = video.currentTime;
      const wasPaused = video.paused;
      const rate = video.playbackRate;
      video.src = address(wanted);
      video.currentTime = at;
      video.playbackRate = rate;
      if (!wasPaused) video.play().catch(() => undefined); // refused only when a newer change came in between
    },
    destroy() {
      stop();
      video.removeEventListener('error', failed);
      video.removeAttribute('src');
      video.load();
    },
  };
}
