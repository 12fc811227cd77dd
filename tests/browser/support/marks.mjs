// When flashes are shown and beeps are heard in a <video>, on the lesson's own clock. A picture's time is what
// requestVideoFrameCallback says of a frame that is white; a beep's is the element's clock at the moment in which the sound
// that comes out of the element rises above silence.

/** Begins to listen and look; marks are gathered in window.marks = {flashes, beeps} until the page is closed. */
export const gatherMarks = (page) => page.evaluate(async () => {
  const video = document.getElementById('video');
  const marks = { flashes: [], beeps: [], frames: 0 };
  window.marks = marks;
  const audio = new AudioContext({ sampleRate: 48000, latencyHint: 'interactive' });
  const code = `registerProcessor('onsets', class extends AudioWorkletProcessor {
    quiet = 0;
    process([input]) {
      const samples = input[0];
      if (!samples) return true;
      for (let i = 0; i < samples.length; ++i) {
        if (Math.abs(samples[i]) > 0.03) {
          if (this.quiet > 12000) this.port.postMessage(currentTime + i / sampleRate);
          this.quiet = 0;
        } else this.quiet += 1;
      }
      return true;
    }
  });`;
  await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  const listener = new AudioWorkletNode(audio, 'onsets');
  listener.port.onmessage = ({ data: at }) => marks.beeps.push(video.currentTime - (audio.currentTime - at));
  const sound = audio.createMediaElementSource(video);
  sound.connect(listener);
  sound.connect(audio.destination);
  await audio.resume();

  const canvas = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true });
  let white = false;
  const look = (now, { mediaTime }) => {
    marks.frames += 1;
    canvas.drawImage(video, 0, 0, 8, 8);
    const { data } = canvas.getImageData(4, 1, 1, 1);
    const is = data[0] > 225 && data[1] > 225 && data[2] > 225;
    if (is && !white) marks.flashes.push(mediaTime);
    white = is;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
});

/** Red, green and blue of the picture's middle now. */
export const colourNow = (page) => page.evaluate(() => {
  const video = document.getElementById('video');
  const canvas = new OffscreenCanvas(8, 8).getContext('2d');
  canvas.drawImage(video, 0, 0, 8, 8);
  return [...canvas.getImageData(4, 1, 1, 1).data].slice(0, 3);
});
