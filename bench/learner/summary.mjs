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

// Mean height of the picture over the time that played.
export function meanHeight(lab) {
  let sum = 0;
  let played = 0;
  for (let i = 1; i < lab.samples.length; i++) {
    const step = Math.max(0, lab.samples[i][1] - lab.samples[i - 1][1]);
    const height = lab.samples[i][5];
    if (height > 0 && step < 2) {
      sum += height * step;
      played += step;
    }
  }
  return played > 0 ? sum / played : 0;
}

// Bytes of media that were fetched and not played: segments that begin after the learner left, the unplayed share of the
// last one, and whatever was fetched a second time for the same moment. `segments`: url+range -> {track, start, end}.
export function wasteOf(requests, segments, leftAt) {
  const latest = new Map();
  let waste = 0;
  for (const request of requests) {
    const segment = segments.get(`${request.url}|${request.range}`) ?? segments.get(`${request.url}|`);
    if (!segment || request.bytes === 0) continue;
    const moment = `${segment.track}@${segment.start.toFixed(2)}`;
    if (latest.has(moment)) waste += latest.get(moment); // another rung took its place, or it came twice
    const unplayed = Math.min(1, Math.max(0, (segment.end - leftAt) / (segment.end - segment.start)));
    latest.set(moment, request.bytes * (1 - unplayed));
    waste += request.bytes * unplayed;
  }
  return Math.round(waste);
}

export function summarise(visit, segments, wire) {
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
    stall_list: stalls,
    rungs: lab.heights.map(({ at, height }) => ({ at: at / 1000, height })),
    mean_height: meanHeight(lab),
    media_kbps: played > 0 ? (media * 8) / 1000 / played : NaN,
    wire_bytes: total,
    mb_per_hour: played > 0 ? ((total / played) * 3600) / 1e6 : NaN,
    wasted_bytes: wasteOf(requests, segments, played),
    kinds,
    errors: [...lab.errors, ...visit.console_errors, ...requests.filter((r) => r.status >= 400 || (r.failed && r.failed !== 'cancelled')).map((r) => `${r.status} ${r.failed} ${r.url}`)],
  };
}
