// Never silence: while the picture's data does not come, the sound goes on and the last picture stands. A <video> plays picture
// and sound together or not at all, so the sound is then an <audio>'s (alone.ts), and the <video> stands at rate 0: to it
// nothing is missing, it does not wait. When the picture is there again, it is sought to where the sound is and takes over.
// docs/players.md says what else was considered. Called once by second.ts; our own player alone has what it needs.
import { Alone } from './alone';
import type { Page, Parts } from '../engine';

const kTickMs = 100;
const kNear = 3; // seconds of picture: with less, the sound gets ready
const kHeard = 1.5; // seconds of sound that make it worth while
const kBack = 2; // seconds of picture with which it comes back
const kLead = 0.25; // seconds by which a seek is ahead of the sound, at first
const kOff = 0.1; // seconds by which the two may differ when the sound changes over
// Chromium plays sound on for 3 s after the picture ran dry, and shows the next in time if it comes; others wait at once.
const kDry = 'chrome' in window ? -1 : 0.3; // seconds of picture

const until = (true_: () => boolean, ms: number) => new Promise<boolean>((done) => {
  const end = performance.now() + ms;
  const look = () => {
    if (true_() || performance.now() > end) done(true_());
    else setTimeout(look, 15);
  };
  look();
});

// `shown`: called with the moment that is heard while the picture is held, and with null when it is not any more.
export function keepSound(page: Page, shown: (at: number | null) => void): void {
  const { video, hook } = page;
  let alone: Alone | null = null;
  let rate = 1; // as the learner has it
  let joining = false;
  let ran = 0; // the time up to which the picture was there when it was looked at last

  const isHeld = () => alone !== null && page.held === alone.audio;
  const endOf = (list: { at: number; ms: number }[]) => {
    const last = list[list.length - 1];
    if (last && last.ms === 0) last.ms = performance.now() - last.at;
  };

  function drop(): void {
    alone?.close();
    alone = null;
  }

  // The <video> has the word again, wherever it is.
  function release(): void {
    if (isHeld()) {
      page.held = null;
      endOf(hook.holds);
      endOf(hook.stalls);
      video.playbackRate = rate;
      shown(null);
    }
    drop();
  }

  function prepare(parts: Parts): void {
    alone = new Alone(parts.type);
    const { audio } = alone;
    audio.muted = true;
    // What the learner hears stops as well: that is a wait like any other.
    audio.addEventListener('waiting', () => {
      if (!isHeld() || audio.seeking) return;
      hook.stalls.push({ at: performance.now(), position: audio.currentTime, ahead: 0, ms: 0 });
    });
    audio.addEventListener('playing', () => { if (isHeld()) endOf(hook.stalls); });
    audio.addEventListener('error', release);
  }

  // Silent at first, beside the <video>, so that it changes over without a gap.
  async function begin(sound: Alone): Promise<void> {
    const { audio } = sound;
    audio.volume = video.volume;
    audio.playbackRate = video.playbackRate;
    audio.currentTime = video.currentTime;
    try {
      await audio.play();
    } catch {
      if (alone === sound) release(); // this browser wants a press of its own for it
    }
  }

  function hold(sound: Alone): void {
    const { audio } = sound;
    if (Math.abs(audio.currentTime - video.currentTime) > kOff) audio.currentTime = video.currentTime;
    rate = video.playbackRate;
    page.held = audio;
    audio.playbackRate = rate;
    video.playbackRate = 0;
    audio.muted = video.muted;
    endOf(hook.stalls);
    hook.holds.push({ at: performance.now(), position: audio.currentTime, ms: 0 });
  }

  // false: the picture was not shown in time; the sound went on.
  async function join(sound: Alone): Promise<boolean> {
    const { audio } = sound;
    for (let tries = 0, lead = kLead * rate; tries < 4 && isHeld(); ++tries, lead *= 2) {
      const to = audio.currentTime + lead;
      video.currentTime = to;
      const there = await until(() => !video.seeking && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA, 3000);
      if (!isHeld()) return false;
      if (Math.abs(video.currentTime - to) > 0.5) return true; // the learner went elsewhere meanwhile
      if (!there || (audio.currentTime > to + kOff && !audio.paused)) continue;
      await until(() => audio.currentTime >= to - 0.02 || audio.paused, 3000);
      if (!isHeld()) return false;
      video.playbackRate = rate;
      await until(() => video.currentTime > to + 0.01 || video.paused, 1000);
      return true;
    }
    return false;
  }

  async function comeBack(sound: Alone): Promise<void> {
    joining = true;
    try {
      if (await join(sound)) release();
      else if (isHeld()) video.playbackRate = 0;
    } finally {
      joining = false;
    }
  }

  function tick(): void {
    const parts = page.engine?.parts?.() ?? null;
    if (!parts || parts.picture === Infinity) return release();
    const at = (page.held ?? video).currentTime;
    const picture = parts.picture >= 0 ? parts.picture - at : Math.min(ran - at, 0);
    if (parts.picture >= 0) ran = parts.picture;
    const heard = parts.sound - at;
    const sound = alone;
    sound?.take(parts.kept, at).catch(() => { if (alone === sound) release(); });
    if (isHeld() && alone) {
      shown(at);
      if (at > video.duration - 0.3) {
        video.currentTime = video.duration - 0.05; // the lesson ends, with its last picture
        release();
      } else if (picture > kBack && heard > 0.5 && !joining && !video.paused) void comeBack(alone);
      return;
    }
    const plays = !video.paused && !video.seeking && !video.ended && hook.firstFrame > 0 && video.playbackRate > 0;
    if (!plays || ran >= video.duration - 0.5) return release();
    if (picture > kNear + 1) return drop();
    if (!alone) {
      if (picture < kNear && heard > picture + 1 && heard > kHeard) prepare(parts);
      return;
    }
    if (alone.ahead(at) < kHeard) return;
    if (alone.audio.paused) return void begin(alone);
    const off = video.currentTime - alone.audio.currentTime;
    alone.audio.playbackRate = video.playbackRate * (1 + Math.max(-0.25, Math.min(off, 0.25))); // nobody hears that it catches up
    if (picture < kDry || (picture < kNear && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA)) hold(alone);
  }

  video.addEventListener('seeking', () => { if (isHeld() && !joining) release(); }); // the learner goes elsewhere
  video.addEventListener('emptied', release);
  video.addEventListener('pause', () => { if (isHeld()) alone?.audio.pause(); });
  video.addEventListener('play', () => { if (isHeld()) void alone?.audio.play().catch(release); });
  video.addEventListener('volumechange', () => {
    if (!alone || !isHeld()) return;
    alone.audio.volume = video.volume;
    alone.audio.muted = video.muted;
  });
  video.addEventListener('ratechange', () => {
    if (!alone || !isHeld() || joining || video.playbackRate === 0) return;
    alone.audio.playbackRate = rate = video.playbackRate;
    video.playbackRate = 0;
  });
  setInterval(tick, kTickMs);
}
