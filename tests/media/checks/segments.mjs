// Media segments and the playlists that time them: continuity in exact ticks, an IDR first, shared boundaries, EXTINF and
// TARGETDURATION that agree with the boxes, I-frame playlists that point at real I-frames.
// Sources: RFC 8216bis 4.4.3, 4.4.4, 6.2.2; ISO/IEC 23000-19 7.3.2; ITU-T H.264 table 7-1.
import { nalTypes } from './bitstream.mjs';
import { faultOf, isIdr } from './hevc.mjs';
import { audioFrame, ofKind } from './version.mjs';

export function checkSegments(version, problems) {
  for (const rendition of version.renditions) {
    if (!rendition.init) continue;
    const add = (text) => problems.add('segments', `${rendition.folder}: ${text}`);
    if (rendition.segments[0].box.tfdt !== 0) add(`first segment starts at tick ${rendition.segments[0].box.tfdt}, not 0`);
    let expected = rendition.segments[0].box.tfdt;
    const seen = new Set();
    rendition.segments.forEach(({ uri, bytes, box }, i) => {
      if (box.tfdt !== expected) add(`${uri} starts at tick ${box.tfdt}, the one before ended at ${expected}`);
      expected = box.end;
      if (box.samples.length === 0) return add(`${uri} has no samples`);
      if (box.trackId !== rendition.init.trackId) add(`${uri} is of track ${box.trackId}`);
      const earliest = Math.min(...box.samples.map((sample) => sample.pts));
      if (earliest !== box.tfdt) add(`${uri} is presented from tick ${earliest}, its tfdt is ${box.tfdt}`);
      for (const sample of box.samples) {
        if (sample.duration <= 0) add(`${uri} has a sample of duration ${sample.duration} at ${sample.dts}`);
        if (sample.pts >= box.end) add(`${uri} presents a frame at ${sample.pts}, after its end ${box.end}`);
        if (seen.has(sample.pts)) add(`${uri} presents two frames at tick ${sample.pts}`);
        seen.add(sample.pts);
      }
      const latest = Math.max(...box.samples.map((sample) => sample.pts + sample.duration));
      if (latest > box.end) add(`${uri} has a sample that lasts to ${latest}, it ends at ${box.end}`);
      if (rendition.kind === 'video') checkIdr(rendition, uri, bytes, box, add);
      if (i > 0 && box.sequence <= rendition.segments[i - 1].box.sequence) add(`${uri} has sequence number ${box.sequence}, not above the one before`);
    });
  }
}

function checkIdr(rendition, uri, bytes, box, add) {
  const [first] = box.samples;
  if (!first.sync) add(`${uri} does not begin with a sync sample`);
  if (first.pts !== box.tfdt) add(`${uri} begins with an IDR that is not its first picture`);
  box.samples.forEach((sample, i) => {
    let types;
    try {
      types = nalTypes(bytes.subarray(sample.offset, sample.offset + sample.size), rendition.about.nalLengthBytes, rendition.about.hevc);
    } catch (error) {
      return add(`${uri} sample ${i}: ${error.message}`);
    }
    const idr = rendition.about.hevc ? isIdr(types) : types.includes(5);
    const fault = rendition.about.hevc ? faultOf(types) : '';
    if (fault) add(`${uri} sample ${i}: ${fault}`);
    if (idr && i > 0 && rendition.about.hevc) add(`${uri} sample ${i} is an IDR within a segment`);
    if (i === 0 && !idr) add(`${uri} does not begin with an IDR (NAL types ${types.join(' ')})`);
    if (sample.sync !== idr) add(`${uri} sample ${i} is marked ${sample.sync ? '' : 'not '}sync but ${idr ? 'is' : 'is not'} an IDR`);
  });
}

/** "6.00600" -> {value: 600600n, scale: 100000n}: exact, no floating point. */
function decimal(text) {
  const found = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!found) throw new Error(`"${text}" is not a decimal-floating-point`);
  const places = found[2] ?? '';
  return { value: BigInt(found[1] + places), scale: 10n ** BigInt(places.length) };
}

/** |a/b - c/d| * b * d */
const gap = (a, b, c, d) => {
  const difference = a * d - c * b;
  return difference < 0n ? -difference : difference;
};

export function checkTimes(version, problems) {
  const longest = Math.max(...version.renditions.flatMap(({ segments }) => segments.map(({ extinf }) => Math.round(Number(extinf)))));
  for (const rendition of version.renditions) {
    const { playlist } = rendition;
    const add = (text) => problems.add('times', `${rendition.path}: ${text}`);
    if (playlist.version !== 7) add(`EXT-X-VERSION is ${playlist.version}, 7 expected`);
    if (playlist.type !== 'VOD') add(`EXT-X-PLAYLIST-TYPE is ${playlist.type}`);
    if (!playlist.ended) add('does not end with EXT-X-ENDLIST');
    if (rendition.kind !== 'text' && !playlist.independent && !version.multivariants.every(({ independent }) => independent)) add('no EXT-X-INDEPENDENT-SEGMENTS');
    let said = { value: 0n, scale: 1n };  // where the EXTINFs so far put the boundary
    for (const { uri, extinf, box } of rendition.segments) {
      const length = decimal(extinf);
      if (length.value === 0n) add(`${uri} has EXTINF 0`);
      said = { value: said.value * length.scale + length.value * said.scale, scale: said.scale * length.scale };
      if (!box) continue;
      const timescale = BigInt(rendition.timescale);
      // A thousandth of a second, as far as the sum is concerned for ever.
      if (gap(said.value, said.scale, BigInt(box.end), timescale) * 1000n > said.scale * timescale) add(`the EXTINFs up to ${uri} sum to ${Number(said.value) / Number(said.scale)} s, it ends at ${box.end}/${timescale} s`);
    }
    // 4.4.3.1 and 6.2.4: every EXTINF of the presentation, to the nearest second, is at most the one target duration.
    if (playlist.targetDuration !== Math.max(longest, 1)) add(`EXT-X-TARGETDURATION is ${playlist.targetDuration}, the longest EXTINF rounds to ${longest}`);
  }
}

/** Boundaries: exactly equal over video renditions, within one audio frame over audio, within 1 ms over text. */
export function checkBoundaries(version, problems) {
  const add = (text) => problems.add('boundaries', text);
  const videos = ofKind(version, 'video');
  const lead = videos[0] ?? ofKind(version, 'audio')[0];
  if (!lead) return;
  const ends = lead.segments.map(({ box }) => box.end);
  for (const other of videos.slice(1)) {
    if (other.segments.length !== lead.segments.length) {
      add(`${other.folder} has ${other.segments.length} segments, ${lead.folder} ${lead.segments.length}`);
      continue;
    }
    other.segments.forEach(({ uri, box }, i) => {
      if (BigInt(box.end) * BigInt(lead.timescale) !== BigInt(ends[i]) * BigInt(other.timescale)) add(`${other.folder}/${uri} ends at ${box.end}/${other.timescale}, ${lead.folder} at ${ends[i]}/${lead.timescale}`);
    });
  }
  const starts = lead.segments.map(({ box }) => box.tfdt / lead.timescale);
  const leadEnd = ends.at(-1) / lead.timescale;
  for (const audio of ofKind(version, 'audio')) {
    const frame = audioFrame(audio) + (videos.length > 0 ? 0 : audioFrame(lead));  // sound alone: both are near a boundary between
    const audioEnd = audio.segments.at(-1).box.end / audio.timescale;
    audio.segments.forEach(({ uri, box }, i) => {
      const start = box.tfdt / audio.timescale;
      if (starts[i] === undefined) {
        if (start < leadEnd - frame - 1e-9) add(`${audio.folder}/${uri} begins at ${start} s, inside the last segment of ${lead.folder}`);
      } else if (Math.abs(start - starts[i]) > frame + 1e-9) {
        add(`${audio.folder}/${uri} begins at ${start} s, ${lead.folder} at ${starts[i]} s`);
      }
    });
    const missing = starts.slice(audio.segments.length).find((start) => start < audioEnd - frame - 1e-9);
    if (missing !== undefined) add(`${audio.folder} has ${audio.segments.length} segments, ${lead.folder} ${lead.segments.length}`);
  }
  for (const text of ofKind(version, 'text')) {
    let at = 0;
    text.segments.forEach(({ uri, extinf }, i) => {
      if (starts[i] !== undefined && Math.abs(at - starts[i]) > 0.0011) add(`${text.folder}/${uri} begins at ${at.toFixed(4)} s, ${lead.folder} at ${starts[i]} s`);
      at += Number(extinf);
    });
    if (text.segments.length < lead.segments.length) add(`${text.folder} has ${text.segments.length} segments, ${lead.folder} ${lead.segments.length}`);
  }
}

/** Each I-frame entry names the bytes from its segment's start to the end of the IDR sample. */
export function checkIframes(version, problems) {
  const videos = ofKind(version, 'video');
  for (const video of videos) {
    const list = version.iframes.find(({ folder }) => folder === video.folder);
    const add = (text) => problems.add('iframes', `${list?.path ?? video.folder}: ${text}`);
    if (!list) {
      add('no I-frame playlist');
      continue;
    }
    if (!list.playlist.iframesOnly) add('no EXT-X-I-FRAMES-ONLY');
    if (list.playlist.map !== video.playlist.map) add(`EXT-X-MAP ${list.playlist.map}`);
    if (list.playlist.segments.length !== video.segments.length) add(`${list.playlist.segments.length} entries for ${video.segments.length} segments`);
    list.playlist.segments.forEach(({ uri, range, extinf }) => {
      const segment = video.segments.find((each) => each.uri === uri);
      if (!segment) return add(`${uri} is not a segment of ${video.path}`);
      const [, length, offset] = /^(\d+)@(\d+)$/.exec(range ?? '') ?? [];
      const [idr] = segment.box.samples;
      if (Number(offset) !== 0 || Number(length) !== idr.offset + idr.size) add(`${uri} has byte range ${range}, its IDR ends at ${idr.offset + idr.size}`);
      if (extinf !== segment.extinf) add(`${uri} has EXTINF ${extinf}, the segment ${segment.extinf}`);
      return undefined;
    });
  }
}
