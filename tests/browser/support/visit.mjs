// One visit of the watch page by a fresh browser profile at phone size. Collects whatever went wrong (console errors,
// exceptions, failed requests, HTTP errors), so that every test can end with "and nothing went wrong".
import { chromium } from 'playwright-core';

const kFlags = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: kFlags });

// What a browser without HLS of its own answers. Chromium 156 has no switch to turn its player off, so the question that a
// page asks is answered as Firefox or an older Chromium would.
function withoutHls() {
  const ask = HTMLMediaElement.prototype.canPlayType;
  HTMLMediaElement.prototype.canPlayType = function canPlayType(type) {
    return /mpegurl/i.test(type) ? '' : ask.call(this, type);
  };
}

// script: run in the page before its own.
export async function visit(browser, address, { nativeHls = true, script, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, ...options });
  const page = await context.newPage();
  if (!nativeHls) await page.addInitScript(withoutHls);
  if (script) await page.addInitScript(script);
  const wrong = [];
  const requests = [];
  page.on('console', (message) => { if (message.type() === 'error') wrong.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => wrong.push(`exception: ${error}`));
  page.on('request', (request) => requests.push(new URL(request.url())));
  page.on('requestfailed', (request) => {
    // ERR_ABORTED: the player itself gave the request up, for another rung or language.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') wrong.push(`request: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => { if (response.status() >= 400) wrong.push(`HTTP ${response.status()}: ${response.url()}`); });
  await page.goto(address);

  // Waits until `check` (run in the page) is true; says what the page knew when it was not.
  async function until(what, check, argument, seconds = 60) {
    try {
      await page.waitForFunction(check, argument, { timeout: seconds * 1000, polling: 100 });
    } catch (error) {
      const state = await page.evaluate(() => JSON.stringify({ at: video.currentTime, paused: video.paused, ready: video.readyState, hook: chalkline }));
      throw new Error(`after ${seconds} s not true: ${what}; wrong so far: ${wrong.join('; ') || 'nothing'}; page: ${state} (${error.name})`);
    }
  }
  const hook = () => page.evaluate(() => JSON.parse(JSON.stringify(chalkline)));
  const time = () => page.evaluate(() => video.currentTime);
  const playedOn = async (seconds) => {
    const from = await time();
    await until(`played ${seconds} s on from ${from}`, (to) => !video.paused && video.currentTime >= to, from + seconds, seconds + 60);
  };
  // Where the seek landed: the position when the element said so (a busy machine looks later).
  const seek = async (to) => {
    await page.evaluate((at) => {
      window.landed = null;
      video.addEventListener('seeked', () => { window.landed = video.currentTime; }, { once: true });
      video.currentTime = at;
      if (video.paused) video.play();
    }, to);
    await until(`a seek to ${to} s landed`, () => window.landed !== null);
    return page.evaluate(() => window.landed);
  };
  return { page, context, wrong, requests, until, hook, time, seek, playedOn, close: () => context.close() };
}

// The loudest frequency that comes out of the <video> now, Hz: a mean over some spectra, so that speech does not hide a tone.
export const loudest = (page) => page.evaluate(async () => {
  if (!window.listening) {
    const audio = new AudioContext({ sampleRate: 48000 });
    const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0 });
    audio.createMediaElementSource(video).connect(analyser).connect(audio.destination);
    window.listening = { audio, analyser };
  }
  const { audio, analyser } = window.listening;
  await audio.resume();
  const sum = new Float64Array(analyser.frequencyBinCount);
  const one = new Uint8Array(analyser.frequencyBinCount);
  for (let frame = 0; frame < 20; ++frame) {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 40)));
    analyser.getByteFrequencyData(one);
    one.forEach((value, bin) => { sum[bin] += value; });
  }
  return (sum.indexOf(Math.max(...sum)) * audio.sampleRate) / analyser.fftSize;
});
