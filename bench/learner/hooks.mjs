// Runs inside the watched page before its own scripts, as text: writes down what the <video> shows, without touching it.
// window.__lab: frames seen, heights shown, and ten samples a second of position, buffer and whether the picture is held. All times
// are performance.now() milliseconds, which begin with the navigation.
export function installHooks() {
  const lab = { origin: performance.timeOrigin, pressed: 0, firstFrame: 0, firstSound: 0, heights: [], samples: [], errors: [], ended: 0 };
  window.__lab = lab;
  let video = null;
  const seeHeight = (height) => {
    const last = lab.heights[lab.heights.length - 1];
    if (height > 0 && (!last || last.height !== height)) lab.heights.push({ at: performance.now(), height });
  };
  const onFrame = (now, frame) => {
    if (!lab.firstFrame) lab.firstFrame = performance.now();
    seeHeight(frame.height);
    video.requestVideoFrameCallback(onFrame);
  };
  const sample = () => {
    if (!video) {
      video = document.querySelector('video');
      if (!video) return;
      video.requestVideoFrameCallback(onFrame);
      video.addEventListener('error', () => lab.errors.push(video.error ? video.error.message || `code ${video.error.code}` : 'unknown'));
      video.addEventListener('ended', () => { lab.ended = performance.now(); });
    }
    const at = performance.now();
    const position = window.chalkline?.position ?? video.currentTime; // of what is heard, where sound may go on without the picture
    const held = window.chalkline?.holds?.some(({ ms }) => ms === 0) ? 1 : 0;
    if (!lab.firstSound && position > 0 && video.webkitAudioDecodedByteCount > 0) lab.firstSound = at;
    let ahead = 0;
    for (let i = 0; i < video.buffered.length; i++)
      if (video.buffered.start(i) <= position + 0.1 && video.buffered.end(i) > position) ahead = video.buffered.end(i) - position;
    lab.samples.push([at, position, ahead, video.paused ? 1 : 0, video.seeking && !held ? 1 : 0, video.videoHeight, held]);
  };
  document.addEventListener('click', () => { lab.pressed ||= performance.now(); }, true);
  document.addEventListener('DOMContentLoaded', sample);
  setInterval(sample, 100);
}
