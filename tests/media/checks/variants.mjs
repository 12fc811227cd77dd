// The multivariant playlist against the bits: CODECS, RESOLUTION, FRAME-RATE, BANDWIDTH, groups, languages.
// Sources: RFC 8216bis 4.4.6.1, 4.4.6.2, 4.4.6.3; RFC 6381; RFC 5646.
import { unquote } from './playlist.mjs';
import { ofKind, samplesOf, secondsOf } from './version.mjs';

const kHeadroom = 1.1;  // BANDWIDTH may be at most this much over what was measured

/** {peak, average} bit/s of a rendition, segments only. Text has no boxes: its EXTINF is its clock. */
export function measure(rendition) {
  const rates = rendition.segments.map(({ bytes, box, extinf }) => {
    const seconds = box ? (box.end - box.tfdt) / rendition.timescale : Number(extinf);
    return { bits: bytes.length * 8, seconds };
  });
  const total = rates.reduce((sum, { bits, seconds }) => ({ bits: sum.bits + bits, seconds: sum.seconds + seconds }), { bits: 0, seconds: 0 });
  return { peak: Math.max(...rates.map(({ bits, seconds }) => bits / seconds)), average: total.bits / total.seconds };
}

const none = { peak: 0, average: 0 };
const most = (renditions) => renditions.map(measure).reduce((a, b) => ({ peak: Math.max(a.peak, b.peak), average: Math.max(a.average, b.average) }), none);

export function checkBandwidth(version, problems) {
  for (const multivariant of version.multivariants) checkPeaks(version, multivariant, problems);
  for (const { path, folder, attributes } of version.iframes) {
    const video = version.renditions.find((each) => each.folder === folder);
    if (!video) continue;
    const peak = Math.max(...video.segments.map(({ box }) => ((box.samples[0].offset + box.samples[0].size) * 8) / ((box.end - box.tfdt) / video.timescale)));
    const said = Number(attributes.get('BANDWIDTH'));
    if (!(said >= Math.floor(peak)) || said > Math.ceil(peak * kHeadroom)) problems.add('bandwidth', `${path}: BANDWIDTH=${said}, measured ${Math.ceil(peak)}`);
  }
}

/** Sums over what can be played together: the variant's own, the worst of its audio group, the worst of its subtitles. */
function checkPeaks(version, multivariant, problems) {
  const inGroup = (kind, group) => version.renditions.filter((each) => each.kind === kind && each.groups.has(group));
  for (const { attributes, uri } of multivariant.variants) {
    const own = version.renditions.find((each) => each.path === uri);
    const parts = own.kind === 'audio' && attributes.has('AUDIO') ? [] : [measure(own)];
    if (attributes.has('AUDIO')) parts.push(most(inGroup('audio', unquote(attributes.get('AUDIO')))));
    parts.push(most(inGroup('text', unquote(attributes.get('SUBTITLES')))));
    for (const [tag, key] of [['BANDWIDTH', 'peak'], ['AVERAGE-BANDWIDTH', 'average']]) {
      const measured = parts.reduce((sum, part) => sum + part[key], 0);
      const said = Number(attributes.get(tag));
      if (!(said >= Math.floor(measured)) || said > Math.ceil(measured * kHeadroom)) problems.add('bandwidth', `${multivariant.path}: ${uri}: ${tag}=${attributes.get(tag)}, measured ${Math.ceil(measured)}`);
    }
  }
}

export function checkVariants(version, problems) {
  const reached = new Set();
  for (const multivariant of version.multivariants) checkMultivariant(version, multivariant, reached, (text) => problems.add('variants', `${multivariant.path}: ${text}`));
  for (const rendition of version.renditions) if (!reached.has(rendition.path)) problems.add('variants', `${rendition.path} belongs to no variant`);
}

function checkMultivariant(version, multivariant, reached, add) {
  if (multivariant.variants.length === 0) add('no variants');
  if (!multivariant.independent) add('no EXT-X-INDEPENDENT-SEGMENTS');
  const audio = ofKind(version, 'audio');
  const audioOnly = multivariant.variants.filter(({ uri }) => version.renditions.find((each) => each.path === uri)?.kind === 'audio');
  if (audio.length > 0 && audioOnly.length === 0) add('no audio-only variant');
  for (const { attributes, uri } of multivariant.variants) {
    const own = version.renditions.find((each) => each.path === uri);
    reached.add(own.path);
    const members = [own];
    for (const [kind, key] of [['audio', 'AUDIO'], ['text', 'SUBTITLES']]) {
      const group = unquote(attributes.get(key));
      if (group === undefined) continue;
      const renditions = version.renditions.filter((each) => each.groups.has(group) && each.kind === kind);
      if (renditions.length === 0) add(`${uri}: ${key} group "${group}" is empty`);
      renditions.forEach((each) => reached.add(each.path));
      if (kind === 'audio') members.push(...renditions);
    }
    if (own.kind === 'video' && audio.length > 0 && !attributes.has('AUDIO')) add(`${uri}: has no audio group, the lesson has audio`);
    checkCodecs(uri, attributes, members, add);
    if (own.kind === 'video') checkPicture(uri, attributes, own, add);
    else if (attributes.has('RESOLUTION') || attributes.has('FRAME-RATE')) add(`${uri}: audio only, with RESOLUTION or FRAME-RATE`);
  }
  checkGroups(multivariant, add);
}

function checkCodecs(uri, attributes, members, add) {
  const said = (unquote(attributes.get('CODECS')) ?? '').split(',').filter((codec) => codec !== '' && codec !== 'wvtt');
  const true_ = new Set(members.map(({ about }) => about.codecs));
  for (const codec of true_) if (!said.includes(codec)) add(`${uri}: CODECS "${said.join(',')}" lacks ${codec}`);
  for (const codec of said) if (!true_.has(codec)) add(`${uri}: CODECS names ${codec}, the bits are ${[...true_].join(',')}`);
}

/** {mean, most} frames per second from the presentation times. */
export function frameRates(video) {
  const times = samplesOf(video).map(({ pts }) => pts).sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  const mean = times.length / secondsOf(video);
  return { mean, most: gaps.length > 0 ? video.timescale / Math.min(...gaps) : mean };
}

function checkPicture(uri, attributes, video, add) {
  const { width, height } = video.about;
  if (attributes.get('RESOLUTION') !== `${width}x${height}`) add(`${uri}: RESOLUTION=${attributes.get('RESOLUTION')}, the SPS says ${width}x${height}`);
  if (video.init.width !== width || video.init.height !== height) add(`${uri}: tkhd says ${video.init.width}x${video.init.height}, the SPS ${width}x${height}`);
  const said = attributes.get('FRAME-RATE');
  const { mean, most } = frameRates(video);
  if (!/^\d+(\.\d{1,3})?$/.test(said ?? '') || Number(said) < mean * 0.999 || Number(said) > Math.max(most, mean) + 0.002) {
    add(`${uri}: FRAME-RATE=${said}, the mean is ${mean.toFixed(3)} and the closest two frames ${most.toFixed(3)}`);
  }
}

function checkGroups(multivariant, add) {
  const groups = new Map();
  for (const media of multivariant.media) {
    const key = `${media.get('TYPE')} ${media.get('GROUP-ID')}`;
    for (const name of ['TYPE', 'GROUP-ID', 'NAME']) if (!media.has(name)) add(`an EXT-X-MEDIA has no ${name}`);
    const group = groups.get(key) ?? { names: new Set(), defaults: 0 };
    if (group.names.has(media.get('NAME'))) add(`two renditions of ${key} are called ${media.get('NAME')}`);
    group.names.add(media.get('NAME'));
    if (media.get('DEFAULT') === 'YES') {
      group.defaults += 1;
      if (media.get('AUTOSELECT') !== 'YES') add(`${key}: DEFAULT=YES needs AUTOSELECT=YES`);
    }
    const language = unquote(media.get('LANGUAGE'));
    if (language !== undefined && !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language)) add(`LANGUAGE "${language}" is not an RFC 5646 tag`);
    groups.set(key, group);
  }
  for (const [key, group] of groups) {
    if (group.defaults > 1) add(`${key} has ${group.defaults} defaults`);
    if (key.startsWith('AUDIO') && group.defaults !== 1) add(`${key} has no default`);
  }
}
