// The browser's own HLS player (Safari, Chromium 142 and later): the smallest page there is. A choice of language or rung is
// another multivariant playlist, because browsers differ in which tracks they let a page choose (Chromium: none).
import { audioFor } from './lesson';
import { kSoundOnly, mediaPlaylistUrl, multivariantUrl } from './engine';
import type { Engine, EngineContext, Wish } from './engine';

const kType = 'application/vnd.apple.mpegurl';

// Some old Android browsers say "maybe" and mean a player without fMP4: the error then leads to hls.js.
export const nativeIsThere = (video: HTMLVideoElement): boolean => video.canPlayType(kType) !== '';

export function nativeEngine(context: EngineContext): Engine {
  const { video, lesson } = context;
  const codec = video.canPlayType('audio/mp4; codecs="opus"') ? 'opus' : 'aac';
  const failed = () => context.failed(video.error?.message || `media error ${video.error?.code ?? 0}`);
  video.addEventListener('error', failed);

  function address(wish: Wish): string {
    if (wish.rung === kSoundOnly && lesson) {
      const audio = audioFor(lesson, codec, wish.audio);
      if (audio) return mediaPlaylistUrl(lesson, audio);
    }
    return multivariantUrl(context.multivariant, codec, wish);
  }

  return {
    name: 'native',
    codec,
    async start(wish, at) {
      video.src = address(wish);
      if (at > 0) video.currentTime = at; // before metadata this is the default playback start position
      await video.play();
    },
    change(wish) {
      const at = video.currentTime;
      const wasPaused = video.paused;
      const rate = video.playbackRate;
      video.src = address(wish);
      video.currentTime = at;
      video.playbackRate = rate;
      if (!wasPaused) video.play().catch(() => undefined); // refused only when a newer change came in between
    },
    destroy() {
      video.removeEventListener('error', failed);
      video.removeAttribute('src');
      video.load();
    },
  };
}
