// One sitting of a learner: a real Chromium behind the link. Run by measure.mjs inside weaklink, with the plan as JSON in
// argv[2] and the path of the outcome in argv[3]. Visits the page as often as the plan says with one browser profile, so
// that a second visit finds what the first left in the HTTP cache. Writes raw facts; summary.mjs makes figures of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { raiseSessions, visibleProcesses } from '../support/priority.mjs';
import { Hung, within } from '../support/within.mjs';
import { installHooks } from './hooks.mjs';

const plan = JSON.parse(process.argv[2]);
const url = plan.url.replace('$HOST', process.env.WEAKLINK_HOST);

// One entry per request, from the browser's own accounting. Times are Unix ms, bytes as they crossed the wire.
async function watchRequests(context, page) {
  const session = await context.newCDPSession(page);
  const requests = new Map();
  let toUnix = 0;
  session.on('Network.requestWillBeSent', (event) => {
    toUnix = event.wallTime * 1000 - event.timestamp * 1000;
    requests.set(event.requestId, {
      url: event.request.url, type: event.type, range: event.request.headers.Range ?? event.request.headers.range ?? '',
      start: event.wallTime * 1000, end: 0, bytes: 0, status: 0, cached: false, failed: '',
    });
  });
  const of = (event) => requests.get(event.requestId);
  const time = (event) => event.timestamp * 1000 + toUnix;
  session.on('Network.requestServedFromCache', (event) => { if (of(event)) of(event).cached = true; });
  session.on('Network.responseReceived', (event) => {
    const request = of(event);
    if (!request) return;
    request.status = event.response.status;
    request.cached ||= event.response.fromDiskCache === true;
    request.bytes = Math.max(request.bytes, event.response.encodedDataLength);
    request.mime = event.response.mimeType;
  });
  session.on('Network.requestWillBeSentExtraInfo', (event) => {
    const range = event.headers.Range ?? event.headers.range;
    if (of(event) && range) of(event).range = range;
  });
  session.on('Network.dataReceived', (event) => {
    const request = of(event);
    if (!request) return;
    request.bytes += event.encodedDataLength;
    request.end = time(event);
  });
  session.on('Network.loadingFinished', (event) => {
    const request = of(event);
    if (!request) return;
    request.bytes = Math.max(request.bytes, event.encodedDataLength);
    request.end = time(event);
  });
  session.on('Network.loadingFailed', (event) => {
    const request = of(event);
    if (!request) return;
    request.failed = event.canceled ? 'cancelled' : event.errorText;
    request.end ||= time(event);
  });
  await session.send('Network.enable', { maxTotalBufferSize: 1, maxResourceBufferSize: 1 });
  return requests;
}

// One visit's traffic must not run into the next one's: waits until the link has carried nothing for two seconds.
async function quietLink() {
  const carried = () => {
    const lines = readFileSync(plan.samples, 'utf8').trim().split('\n');
    const of = (line) => (line ? JSON.parse(line) : { down_bytes: 0, up_bytes: 0, down_queued: 0 });
    const last = of(lines[lines.length - 1]);
    const before = of(lines[Math.max(0, lines.length - 21)]);
    return last.down_bytes - before.down_bytes + (last.up_bytes - before.up_bytes) + last.down_queued;
  };
  const deadline = Date.now() + 30_000;
  while (carried() > 0 && Date.now() < deadline) await wait(200);
}

// Whatever hangs (the page, its renderer, the browser, the line to it), the visit is over soon after its limit: no step may take longer
// than what is left of it and `kGrace` seconds. It tells what it saw until then, and `hung` says at which step; the browser is then of no more use.
const kGrace = plan.grace ?? 20; // seconds
const kStart = 60; // seconds for what comes before the page
const kNothing = { pressed: 0, firstFrame: 0, firstSound: 0, heights: [], samples: [], errors: [], ended: 0 };

async function visit(context, { seconds, limit }) {
  let began = Date.now();
  let deadline = began + limit * 1000;
  const left = () => Math.max(1, (deadline - Date.now()) / 1000);
  const seen = { began, left: 0, limited: false, lab: { origin: began, ...kNothing }, requests: [], console_errors: [], hung: '' };
  let page = null;
  let requests = new Map();
  let heard = null;
  // A page that never comes, or never has a button, within the limit is a result too.
  const or = (problem) => {
    seen.console_errors.push(problem.message.split('\n')[0]);
    if (problem instanceof Hung) seen.hung = problem.message;
  };
  try {
    page = await within('a new page', kStart, context.newPage());
    if (plan.urgent) raiseSessions(visibleProcesses());
    requests = await within('asking for the list of requests', kStart, watchRequests(context, page));
    page.on('pageerror', (problem) => seen.console_errors.push(problem.message));
    seen.began = began = Date.now();
    deadline = began + limit * 1000;
    await within('opening the page', left() + kGrace, page.goto(url, { waitUntil: 'commit', timeout: left() * 1000 }));
    await within('pressing Play', left() + kGrace, page.locator(plan.play).click({ timeout: left() * 1000 }));
    for (;;) {
      heard = await within('asking the page where it is', left() + kGrace, page.evaluate(() => {
        const last = window.__lab.samples[window.__lab.samples.length - 1];
        return { position: window.__lab.firstFrame ? (last?.[1] ?? 0) : 0, ended: window.__lab.ended };
      }));
      if (heard.position >= seconds || heard.ended || Date.now() > deadline) break;
      await wait(200);
    }
  } catch (problem) {
    or(problem);
  }
  seen.left = Date.now();
  seen.limited = seen.left > deadline;
  seen.requests = [...requests.values()];
  try {
    if (page && !seen.hung) {
      seen.lab = (await within('reading what the page wrote down', kGrace, page.evaluate(() => window.__lab))) ?? seen.lab;
      await within('leaving the page', kGrace, page.goto('about:blank', { timeout: kGrace * 1000 }));
      await within('closing the page', kGrace, page.close());
      await quietLink();
    }
  } catch (problem) {
    or(problem);
  }
  if (seen.hung) console.error(`bench: ${seen.hung}${heard ? `; the last that was heard: second ${heard.position.toFixed(1)}` : ''}`);
  return seen;
}

const context = await within('starting the browser', kStart, chromium.launchPersistentContext(plan.folder, {
  executablePath: plan.chromium,
  headless: true,
  viewport: { width: 1280, height: 800 },
  args: [
    '--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--no-first-run', '--mute-audio', '--disable-features=OptimizationHints,MediaRouter',
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${process.env.WEAKLINK_HOST}`,
  ],
}));
await within('preparing the page', kGrace, context.addInitScript(installHooks));
// What a phone on a prepaid bundle tells its pages.
if (plan.metered) await within('preparing the page', kGrace, context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true, type: 'cellular' } })));
const visits = [];
for (const one of plan.visits) {
  visits.push(await visit(context, one));
  if (visits[visits.length - 1].hung) break;
}
const version = context.browser()?.version() ?? '';
await within('closing the browser', kGrace, context.close()).catch((problem) => console.error(`bench: ${problem.message}`));
writeFileSync(process.argv[3], JSON.stringify({ version, url, visits }));
process.exit(); // weaklink ends what is left of a browser that hangs; nothing that is still waited for may keep this process
