// The engine over hls.js: an asset of its own, fetched only where neither our player nor a native one plays. The build is
// our own (web/build/hlsjs.mjs): hls.js's light one cannot play audio that is apart from video, its full one is half as big again.
import Hls from 'hls.js';
import { audioFor } from './lesson';
import { kAuto, kSoundOnly, mediaPlaylistUrl, multivariantUrl } from './engine';
import type { Engine, EngineContext, Wish } from './engine';

const kFirstGuess = 150_000; // bit/s before anything was measured: EDGE; hls.js itself would assume 500,000

export function hlsjsEngine(context: EngineContext): Engine {
  const { video, lesson } = context;
  if (!Hls.isSupported()) throw new Error('this browser can play neither HLS nor Media Source Extensions');
  const codec = MediaSource.isTypeSupported('audio/mp4; codecs="opus"') ? 'opus' : 'aac';
  let hls: Hls | null = null;
  let wish: Wish | null = null;
  let ready = false;
  let recoveries = 0;

  const soundOnly = (w: Wish | null) => w?.rung === kSoundOnly;

  function apply(): void {
    if (!hls || !wish || !ready || soundOnly(wish)) return;
    const { audio, rung } = wish;
    const levels = hls.levels;
    const chosen = rung === kAuto ? -1 : levels.findIndex((level) => level.url.some((url) => url.includes(`/${rung}/`)));
    if (hls.autoLevelEnabled ? chosen >= 0 : chosen !== hls.manualLevel) hls.nextLevel = chosen;
    const track = hls.audioTracks.findIndex((t) => t.lang === audio);
    if (track >= 0 && hls.audioTrack !== track) hls.audioTrack = track;
  }

  function open(at: number): void {
    hls?.destroy();
    ready = false;
    hls = new Hls({
      startPosition: at > 0 ? at : -1,
      enableWorker: false, // our segments are passed through as they are: a worker would only cost memory
      abrEwmaDefaultEstimate: wish?.cap || kFirstGuess, // it measures well by itself: no cap after that
      maxBufferLength: 30, // seconds; more would be fetched and thrown away by those who leave
      maxBufferSize: 0, // bytes that it would fill beyond those seconds
      backBufferLength: 30,
      fragLoadPolicy: {
        default: {
          maxTimeToFirstByteMs: 20_000,
          maxLoadTimeMs: 120_000,
          timeoutRetry: { maxNumRetry: 6, retryDelayMs: 0, maxRetryDelayMs: 0 },
          errorRetry: { maxNumRetry: 12, retryDelayMs: 1000, maxRetryDelayMs: 16_000 },
        },
      },
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      ready = true;
      apply();
    });
    hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, apply);
    hls.on(Hls.Events.ERROR, (_event, data) => {
      if (!data.fatal) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && ++recoveries <= 3) hls?.recoverMediaError();
      else if (data.type === Hls.ErrorTypes.NETWORK_ERROR && ++recoveries <= 3 && ready) hls?.startLoad();
      else context.failed(`hls.js: ${data.details}: ${data.error.message}`);
    });
    const audio = soundOnly(wish) && lesson && wish ? audioFor(lesson, codec, wish.audio) : undefined;
    hls.loadSource(
      audio && lesson
        ? mediaPlaylistUrl(lesson, audio)
        : multivariantUrl(context.multivariant, codec, { audio: wish?.audio ?? '', rung: kAuto, cap: 0 }),
    );
    hls.attachMedia(video);
  }

  return {
    name: 'hls.js',
    codec,
    async start(first, at) {
      wish = first;
      open(at);
      await video.play();
    },
    change(next) {
      const reopen = soundOnly(next) !== soundOnly(wish) || (soundOnly(next) && next.audio !== wish?.audio);
      wish = next;
      if (!reopen) return apply();
      const wasPaused = video.paused;
      open(video.currentTime);
      if (!wasPaused) video.play().catch(() => undefined); // refused only when a newer change came in between
    },
    destroy() {
      hls?.destroy();
      hls = null;
    },
  };
}
