// From a visit's raw facts to figures. Pure: playlists come in as text. Seconds and bytes unless the name says otherwise.

// kind of a request by its address, its range and what the server called it.
export function kindOf(request) {
  const path = new URL(request.url).pathname;
  if (/\.m3u8$/.test(path)) return 'playlist';
  if (/init[^/]*\.mp4$/.test(path) || (/^bytes=0-/.test(request.range) && request.initEnd && rangeEnd(request.range) === request.initEnd)) return 'init';
  if (/\/text\/|\.vtt$/.test(path)) return 'text';
  if (/\/audio\//.test(path)) return 'audio';
  if (/\.(m4s|mp4|ts|m4v)$/.test(path)) return 'video';
  if (request.type === 'Script' || /\.m?js$/.test(path)) return 'script';
  if (request.type === 'Image') return 'image';
  return 'page';
}

const rangeEnd = (range) => Number(/-(\d+)$/.exec(range)?.[1] ?? NaN);

// A wait is time after the first frame, not paused nor seeking nor ended, in which the position stands still for 250 ms
// or more. The player's own "waiting" event is not used: players differ in when they send it.
export function stallsOf(lab) {
  const stalls = [];
  let from = null;
  for (let i = 1; i < lab.samples.length; i++) {
    const [at, position, , paused, seeking] = lab.samples[i];
    const [before, last] = lab.samples[i - 1];
    const still = lab.firstFrame > 0 && before >= lab.firstFrame && !paused && !seeking && !(lab.ended && at >= lab.ended) && position - last < 0.02 && at - before > 10;
    if (still && from === null) from = before;
    if (!still && from !== null) {
      if (before - from >= 250) stalls.push({ at: from / 1000, seconds: (before - from) / 1000, position: last });
      from = null;
    }
  }
  const end = lab.samples[lab.samples.length - 1]?.[0] ?? 0;
  if (from !== null && end - from >= 250) stalls.push({ at: from / 1000, seconds: (end - from) / 1000, position: lab.samples[lab.samples.length - 1][1] });
  return stalls;
}

// Seconds in which the sound went on and the last picture stood.
export function heldSeconds({ samples }) {
  return samples.reduce((sum, [at, , , , , , held], i) => sum + (held && i > 0 ? at - samples[i - 1][0] : 0), 0) / 1000;
}

// Mean height of the picture over the time that played; a picture that was held counts for nothing, as none.
export function meanHeight(lab) {
  let sum = 0;
  let played = 0;
  for (let i = 1; i < lab.samples.length; i++) {
    const step = Math.max(0, lab.samples[i][1] - lab.samples[i - 1][1]);
    const height = lab.samples[i][6] ? 0 : lab.samples[i][5];
    if (height > 0 && step < 2) {
      sum += height * step;
      played += step;
    }
  }
  return played > 0 ? sum / played : 0;
}

// Bytes of media that were fetched and not played: segments that begin after the learner left, the unplayed share of the
// last one, and whatever was fetched a second time for the same moment. A segment that comes in pieces (ranges of one address) is one,
// and its pieces are taken as spread over all of its time. `segments`: url+range -> {track, start, end}.
export function wasteOf(requests, segments, leftAt) {
  const latest = new Map(); // moment -> {url, pieces: range -> bytes, unplayed}
  let waste = 0;
  const sum = (pieces) => [...pieces.values()].reduce((all, bytes) => all + bytes, 0);
  for (const request of requests) {
    const segment = segments.get(`${request.url}|${request.range}`) ?? segments.get(`${request.url}|`);
    if (!segment || request.bytes === 0) continue;
    const moment = `${segment.track}@${segment.start.toFixed(2)}`;
    const before = latest.get(moment);
    if (before?.url === request.url && !before.pieces.has(request.range)) {
      before.pieces.set(request.range, request.bytes);
      continue;
    }
    if (before) waste += sum(before.pieces); // another rung took its place, or it came twice
    const unplayed = Math.min(1, Math.max(0, (segment.end - leftAt) / (segment.end - segment.start)));
    latest.set(moment, { url: request.url, pieces: new Map([[request.range, request.bytes]]), unplayed });
  }
  for (const { pieces, unplayed } of latest.values()) waste += sum(pieces) * unplayed;
  return Math.round(waste);
}

// What was on the screen: for each sample in which the position moved, the rung whose segment played: [{at (s), step (s of
// lesson), rung, kbps}]. Of several fetched for one moment the one that came last in time; of those, one whose picture has the
// height that is seen, if the heights of rungs are known (`heights`: rung -> lines).
export function shownRungs(lab, requests, segments, heights = new Map()) {
  const fetched = requests.map((r) => ({ ...r, segment: segments.get(`${r.url}|${r.range}`) ?? segments.get(`${r.url}|`) }))
    .filter((r) => r.segment?.track === 'video' && !r.failed && (r.cached || r.bytes > 0));
  // What came from the cache, or was asked for a second time, has no bytes of its own.
  const bytesOf = new Map();
  for (const r of fetched) bytesOf.set(`${r.url}|${r.range}`, Math.max(r.bytes, bytesOf.get(`${r.url}|${r.range}`) ?? 0));
  const shown = [];
  for (let i = 1; i < lab.samples.length; i++) {
    const [at, position, , , , height, held] = lab.samples[i];
    const step = position - lab.samples[i - 1][1];
    if (held || !(step > 0 && step < 2)) continue;
    const moment = position - Math.min(step / 2, 0.05);
    const here = fetched.filter((r) => r.segment.start <= moment + 1e-3 && moment < r.segment.end && r.start <= lab.origin + at);
    const fitting = here.filter((r) => heights.get(r.segment.rung) === height);
    const one = (fitting.length ? fitting : here).sort((a, b) => b.start - a.start)[0];
    if (!one) continue;
    shown.push({ at: at / 1000, step, rung: one.segment.rung, kbps: (bytesOf.get(`${one.url}|${one.range}`) * 8) / 1000 / (one.segment.end - one.segment.start) });
  }
  return shown;
}

// Mean of a value over the time that played; what has no value is left out.
export function meanOver(shown, valueOf) {
  let sum = 0;
  let played = 0;
  for (const one of shown) {
    const value = valueOf(one);
    if (!Number.isFinite(value)) continue;
    sum += value * one.step;
    played += one.step;
  }
  return played > 0 ? sum / played : NaN;
}

// rungs: those of quality/ladders.mjs, where they are known: their names, heights and VMAF.
export function summarise(visit, segments, wire, rungs = []) {
  const { lab } = visit;
  const of = (time) => (time > 0 ? time / 1000 : NaN);
  const requests = visit.requests.map((r) => ({ ...r, initEnd: segments.initEnd?.get(r.url) }));
  const kinds = {};
  for (const request of requests) {
    if (!/^http/.test(request.url)) continue;
    const kind = kindOf(request);
    kinds[kind] ??= { requests: 0, bytes: 0, from_cache: 0 };
    kinds[kind].requests++;
    kinds[kind].bytes += request.cached ? 0 : request.bytes;
    kinds[kind].from_cache += request.cached ? 1 : 0;
  }
  const played = lab.samples.length ? lab.samples[lab.samples.length - 1][1] : 0;
  const stalls = stallsOf(lab);
  const shown = shownRungs(lab, requests, segments, new Map(rungs.map((r) => [r.name, r.height])));
  const vmaf = new Map(rungs.map((r) => [r.name, r.vmaf]));
  const media = ['video', 'audio', 'init'].reduce((sum, kind) => sum + (kinds[kind]?.bytes ?? 0), 0);
  const firstFrameUnix = lab.origin + lab.firstFrame;
  const toFirstFrame = lab.firstFrame ? wire.between(visit.began, firstFrameUnix) : NaN;
  const total = wire.between(visit.began, visit.left);
  return {
    first_frame_s: of(lab.firstFrame),
    first_sound_s: of(lab.firstSound),
    press_to_frame_s: lab.firstFrame ? (lab.firstFrame - lab.pressed) / 1000 : NaN,
    bytes_to_first_frame: toFirstFrame,
    played_s: played,
    limited: visit.limited,
    stalls: stalls.length,
    stalled_s: stalls.reduce((sum, s) => sum + s.seconds, 0),
    held_s: heldSeconds(lab),
    stall_list: stalls,
    heights: lab.heights.map(({ at, height }) => ({ at: at / 1000, height })),
    rungs: shown.filter((one, i) => one.rung !== shown[i - 1]?.rung).map(({ at, rung }) => ({ at, rung })),
    shown_kbps: shown.filter((one, i) => one.kbps !== shown[i - 1]?.kbps || one.rung !== shown[i - 1]?.rung).map(({ at, kbps }) => [at, kbps]),
    mean_height: meanHeight(lab),
    mean_video_kbps: meanOver(shown, (one) => one.kbps),
    mean_vmaf: meanOver(shown, (one) => vmaf.get(one.rung)),
    media_kbps: played > 0 ? (media * 8) / 1000 / played : NaN,
    wire_bytes: total,
    mb_per_hour: played > 0 ? ((total / played) * 3600) / 1e6 : NaN,
    wasted_bytes: wasteOf(requests, segments, played),
    kinds,
    errors: [...lab.errors, ...visit.console_errors, ...requests.filter((r) => r.status >= 400 || (r.failed && r.failed !== 'cancelled')).map((r) => `${r.status} ${r.failed} ${r.url}`)],
  };
}
