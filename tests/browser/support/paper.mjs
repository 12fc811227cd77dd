// Ten minutes of our own player in a second: its real code (web/src/own/), with a browser and a link on paper under it and a clock that
// goes from one event to the next. What bench/learner measures in a real Chromium behind a real link takes as long as it plays; this says
// beforehand what a change of its planning does behind any link. The link is one queue, which carries packets of 1448 bytes when it can.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const kPacket = 1448; // bytes of a lesson in one of 1500
const kHead = 330; // bytes of an answer's head
const kStepMs = 50; // of play

// Bundled once: a function that, given what it takes for the browser, returns the player's module.
async function bundled() {
  const source = (name) => fileURLToPath(new URL(`../../../web/src/${name}.ts`, import.meta.url));
  const contents = `export * from '${source('own/player')}'; export { thriftyCap } from '${source('thrift')}';`;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: '.' }, bundle: true, format: 'iife', globalName: 'player', write: false });
  const names = ['window', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'fetch', 'MediaSource', 'URL', 'location', 'localStorage', 'addEventListener', 'removeEventListener', 'navigator'];
  const make = new Function(...names, `${outputFiles[0].text}; return player;`);
  return (browser) => make(...names.map((name) => browser[name]));
}
const player = bundled();

// Events in the order of their time; what happens at one moment, as it was planned.
function makeClock() {
  const events = [];
  let planned = 0;
  const clock = {
    now: 0,
    at(ms, work) {
      const event = { ms: Math.max(ms, clock.now), order: ++planned, work };
      let i = events.length;
      while (i > 0 && (events[i - 1].ms < event.ms || (events[i - 1].ms === event.ms && events[i - 1].order < event.order))) --i;
      events.splice(i, 0, event); // the last is the next
      return event;
    },
    async next() {
      const event = events.pop();
      clock.now = event.ms;
      event.work?.();
      await new Promise((done) => setImmediate(done)); // what was promised happens before the next event
    },
  };
  return clock;
}

// `nextAt(ms)`: when the link carries its next packet, asked for in order. Flows take turns.
function makeLink(clock, nextAt) {
  const flows = [];
  let busy = false;
  let turn = 0;
  const link = {
    carried: 0, // bytes
    add(flow) {
      flows.push(flow);
      pump();
    },
    drop(flow) {
      if (flows.includes(flow)) flows.splice(flows.indexOf(flow), 1);
    },
  };
  function pump() {
    if (busy || !flows.length) return;
    busy = true;
    clock.at(nextAt(clock.now), () => {
      busy = false;
      const flow = flows[turn++ % Math.max(1, flows.length)];
      if (flow) {
        const bytes = Math.min(kPacket, flow.left);
        flow.left -= bytes;
        link.carried += bytes;
        if (flow.left <= 0) link.drop(flow);
        flow.carried(bytes);
      }
      pump();
    });
  }
  return link;
}

/**
 * Plays `lesson` (facts as the page has them, base "/v/x/") for `seconds` of it behind a link of `nextAt` and `roundTrip` ms; the page came with
 * `pageRate` bit/s, 0: out of the cache. `seeks`: [[second of the clock, to which second of the lesson], ...]; what is waited for there is no wait. Returns
 * {waits: [{at, seconds, position}], ahead: seconds in each second of play, shown: each segment's rung, heard: its sound, carried: bytes, unplayed: bytes of media that were not}.
 */
export async function playOnPaper({ lesson, nextAt, roundTrip = 300, seconds = 600, metered = false, pageRate = 0, seeks = [] }) {
  const clock = makeClock();
  const link = makeLink(clock, nextAt);
  const starts = [0];
  for (const ms of lesson.segment_ms) starts.push(starts[starts.length - 1] + ms / 1000);
  const end = starts[starts.length - 1];
  const renditions = new Map(lesson.renditions.map((r) => [r.id, r]));
  const pieces = new WeakMap(); // buffer -> which part of which segment it is
  const media = []; // [start, end, bytes] of what came
  const shown = []; // rung of each segment's picture
  const heard = []; // ... and sound
  let connections = 0;

  const sizeOf = ({ segment_kb: sizes, average_bandwidth: rate }, i) => (i < 0 ? 1000 : sizes ? sizes[i] * 1000 : Math.round((rate / 8) * (starts[i + 1] - starts[i])));

  function fetch(url, { signal, headers = {} }) {
    return new Promise((answer, fail) => {
      const [, id, number] = /\/v\/x\/((?:video|audio)\/[^/]+)\/(?:init\.mp4|(\d+)\.m4s)/.exec(url);
      const segment = number ? Number(number) - 1 : -1;
      const rendition = renditions.get(id);
      const whole = sizeOf(rendition, segment);
      const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(headers.Range ?? '') ?? [];
      const bytes = Math.max(0, (to === '' ? whole : Math.min(whole, Number(to) + 1)) - from);
      const buffer = new Uint8Array(bytes);
      pieces.set(buffer.buffer, { id, kind: rendition.kind, segment, from: Number(from), whole });
      let came = 0;
      let head = kHead;
      let read = 0;
      let waiting = null;
      const give = () => {
        if (!waiting || (came === read && came < bytes)) return;
        const { done } = waiting;
        waiting = null;
        if (came === read) {
          signal.removeEventListener('abort', stopped);
          return done({ done: true });
        }
        const value = buffer.subarray(read, came);
        read = came;
        return done({ done: false, value });
      };
      const next = () => new Promise((done, stop) => {
        waiting = { done, stop };
        give();
      });
      const flow = {
        left: bytes + kHead,
        carried(count) {
          clock.at(clock.now + roundTrip / 2, () => {
            if (signal.aborted) return;
            const isFirst = head > 0;
            const heads = Math.min(head, count);
            head -= heads;
            came += count - heads;
            if (segment >= 0) media.push([starts[segment], starts[segment + 1], count - heads]);
            if (isFirst && head === 0) answer({
              ok: true, status: headers.Range ? 206 : 200, headers: { get: () => `bytes ${from}-${to}/${whole}` }, body: { getReader: () => ({ read: next }) },
              async arrayBuffer() {
                while (!(await next()).done);
                return buffer.buffer;
              },
            });
            give();
          });
        },
      };
      function stopped() {
        link.drop(flow);
        const reason = new DOMException('aborted', 'AbortError');
        fail(reason);
        waiting?.stop(reason);
      }
      signal.addEventListener('abort', stopped, { once: true });
      clock.at(clock.now + roundTrip / 2 + (++connections <= 2 ? roundTrip : 0), () => { if (!signal.aborted) link.add(flow); });
    });
  }

  // Of a picture half the bytes show the first frame, then it grows; sound grows evenly.
  class SourceBuffer extends EventTarget {
    updating = false;
    ranges = [];
    constructor(type) {
      super();
      this.kind = type.split('/')[0];
    }
    get buffered() {
      return { length: this.ranges.length, start: (i) => this.ranges[i][0], end: (i) => this.ranges[i][1] };
    }
    appendBuffer(bytes) {
      const { id, kind, segment, from, whole } = pieces.get(bytes.buffer);
      if (segment >= 0) (kind === 'video' ? shown : heard)[segment] = id;
      const share = (from + bytes.byteOffset + bytes.byteLength) / whole;
      if (segment >= 0) this.add(starts[segment], starts[segment] + (starts[segment + 1] - starts[segment]) * (this.kind === 'audio' ? share : 2 * share - 1));
      this.updates();
    }
    add(from, to) {
      if (to <= from) return;
      const all = [...this.ranges, [from, to]].sort((a, b) => a[0] - b[0]);
      this.ranges = [];
      for (const [start, stop] of all) {
        const last = this.ranges[this.ranges.length - 1];
        if (last && start <= last[1] + 0.05) last[1] = Math.max(last[1], stop);
        else this.ranges.push([start, stop]);
      }
    }
    remove(from, to) {
      this.ranges = this.ranges.flatMap(([start, stop]) => [[start, Math.min(stop, from)], [Math.max(start, to), stop]].filter(([a, b]) => b > a));
      this.updates();
    }
    updates() {
      this.updating = true;
      clock.at(clock.now + 1, () => {
        this.updating = false;
        this.dispatchEvent(new Event('updateend'));
      });
    }
    abort() {}
  }

  class MediaSource extends EventTarget {
    static isTypeSupported = () => true;
    readyState = 'closed';
    buffers = [];
    constructor() {
      super();
      video.source = this;
      clock.at(clock.now + 5, () => {
        this.readyState = 'open';
        this.dispatchEvent(new Event('sourceopen'));
      });
    }
    addSourceBuffer(type) {
      this.buffers.push(new SourceBuffer(type));
      return this.buffers[this.buffers.length - 1];
    }
    endOfStream() {
      this.readyState = 'ended';
    }
  }

  const reach = () => Math.min(...video.source.buffers.map(({ ranges }) => ranges.find(([from, to]) => from <= video.currentTime + 0.01 && video.currentTime < to)?.[1] ?? -1));
  const video = Object.assign(new EventTarget(), {
    source: { buffers: [] }, currentTime: 0, paused: true, seeking: false, playbackRate: 1, error: null, readyState: 0,
    async play() {
      video.paused = false;
    },
  });
  Object.defineProperty(video, 'buffered', { get: () => (reach() > 0 && reach() < Infinity ? { length: 1, start: () => 0, end: reach } : { length: 0 }) });
  const waits = [];
  const ahead = [];
  let wait = null;
  function step() {
    const there = reach() - video.currentTime;
    video.readyState = there > 0.3 || reach() >= end - 0.01 ? 4 : there >= 0.05 ? 2 : 0;
    if (there >= 0.3 || reach() >= end - 0.01) video.seeking = false;
    if (!video.paused && !video.seeking) {
      if (there > (wait ? 0.5 : kStepMs / 1000)) {
        if (wait) wait.seconds = clock.now / 1000 - wait.at;
        wait = null;
        video.currentTime += kStepMs / 1000;
        ahead[Math.floor(video.currentTime)] = there;
      } else if (!wait && video.currentTime > 0) {
        waits.push((wait = { at: clock.now / 1000, seconds: NaN, position: video.currentTime }));
      }
    }
    clock.at(clock.now + kStepMs, step);
  }

  const every = (work, ms) => {
    const timer = { event: null };
    const again = () => {
      timer.event = clock.at(clock.now + ms, again);
      work();
    };
    timer.event = clock.at(clock.now + ms, again);
    return timer;
  };
  const nothing = () => undefined;
  const page = pageRate ? [{ transferSize: 10_000, encodedBodySize: 9_900, responseStart: 0, responseEnd: (8500 * 8000) / pageRate }] : [];
  const { ownEngine, thriftyCap } = (await player)({
    window: { MediaSource }, performance: { now: () => clock.now, getEntriesByType: () => page }, fetch, MediaSource,
    setTimeout: (work, ms) => clock.at(clock.now + ms, work), clearTimeout: (event) => { if (event) event.work = null; },
    setInterval: every, clearInterval: (timer) => { if (timer) timer.event.work = null; },
    URL: Object.assign(class extends URL {}, { createObjectURL: () => 'blob:paper', revokeObjectURL: nothing }), location: { href: 'http://paper/watch/x' },
    localStorage: { getItem: () => null, setItem: nothing }, addEventListener: nothing, removeEventListener: nothing,
    navigator: { connection: metered ? { saveData: true, type: 'cellular' } : undefined },
  });
  const failures = [];
  const engine = ownEngine({ video, lesson, held: null, failed: (message) => failures.push(message) });
  step();
  let toSeek = seeks.length;
  for (const [at, to] of seeks)
    clock.at(at * 1000, () => {
      --toSeek;
      if (wait) wait.seconds = clock.now / 1000 - wait.at;
      wait = null;
      Object.assign(video, { currentTime: to, seeking: true });
      video.dispatchEvent(new Event('seeking'));
    });
  void engine.start({ audio: '', rung: 'auto', cap: metered ? thriftyCap(lesson) : 0, most: Infinity, last: Infinity }, 0);
  const limit = (seconds + 300) * 1000;
  while ((toSeek > 0 || video.currentTime < seconds) && clock.now < limit && !failures.length) await clock.next();
  if (wait) wait.seconds = clock.now / 1000 - wait.at;
  const unplayed = media.reduce((sum, [from, to, bytes]) => sum + bytes * Math.min(1, Math.max(0, (to - video.currentTime) / (to - from))), 0);
  return { waits, ahead, shown, heard, played: video.currentTime, carried: link.carried, unplayed, failures };
}

/** A link as bits a second from second to second, [[until, kbit/s], ...], the last for ever: for `nextAt`. */
export function linkOf(spells) {
  let free = 0; // ms
  return (ms) => {
    free = Math.max(free, ms);
    for (let left = 1500 * 8; ; ) {
      const [until, kbps] = spells.find(([to]) => to * 1000 > free) ?? spells[spells.length - 1];
      const room = (until * 1000 - free) * kbps; // bits
      if (room >= left) {
        free += left / kbps;
        return free;
      }
      left -= room;
      free = until * 1000;
    }
  };
}
