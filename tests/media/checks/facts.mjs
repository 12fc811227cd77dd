// What index.json says of each rendition, against the segments themselves: every figure that the product, its pages and its
// mirrors read from the index instead of measuring again (docs/version-format.md).
import { audioFrame, ofKind, samplesOf, secondsOf } from './version.mjs';
import { measure } from './variants.mjs';

export function checkFacts(version, problems) {
  const add = (text) => problems.add('facts', `index.json: ${text}`);
  const entries = version.index.renditions ?? [];
  for (const entry of entries) {
    const rendition = version.renditions.find((each) => each.path === entry.playlist);
    if (!rendition) add(`${entry.id} is in no playlist`);
    else compare(entry, rendition, version, (text) => add(`${entry.id} ${text}`));
  }
  for (const { path } of version.renditions) if (!entries.some((entry) => entry.playlist === path)) add(`${path} is not a rendition of it`);
  const defaults = entries.filter((entry) => entry.kind === 'audio' && entry.default);
  if (ofKind(version, 'audio').length > 0 && new Set(defaults.map((entry) => entry.codec)).size !== new Set(entries.filter((entry) => entry.kind === 'audio').map((entry) => entry.codec)).size) add('not every audio codec has one default');
}

function compare(entry, rendition, version, add) {
  const same = (what, said, found) => {
    if (JSON.stringify(said) !== JSON.stringify(found)) add(`says ${what} ${JSON.stringify(said)}, it is ${JSON.stringify(found)}`);
  };
  same('kind', entry.kind, rendition.kind);
  same('folder', entry.id, rendition.folder);
  const bytes = rendition.segments.map((segment) => segment.bytes.length);
  same('bytes', entry.bytes, bytes.reduce((sum, each) => sum + each, rendition.initBytes?.length ?? 0));
  same('init_bytes', entry.init_bytes, rendition.initBytes?.length ?? 0);
  same('number of segments', entry.segments.length, rendition.segments.length);
  same('segment bytes', entry.segments.map((segment) => segment[2]), bytes);
  const { peak, average } = measure(rendition);
  for (const [what, said, found] of [['peak_bandwidth', entry.peak_bandwidth, peak], ['average_bandwidth', entry.average_bandwidth, average]]) {
    // Text is timed by EXTINF here, to the millisecond; all else is exact, rounded up.
    const slack = rendition.init ? 0.001 : found * 0.01 + 1;
    if (said < found - slack || said > found + 1 + slack) add(`says ${what} ${said}, it is ${found.toFixed(3)}`);
  }
  if (rendition.kind !== 'video') same('language', entry.language, rendition.language);
  if (!rendition.init) return;
  same('codecs', entry.codecs, rendition.about.codecs);
  same('timescale', entry.timescale, rendition.timescale);
  same('segment times', entry.segments.map((segment) => segment.slice(0, 2)), rendition.segments.map(({ box }) => [box.tfdt, box.end - box.tfdt]));
  if (rendition.kind === 'video') {
    same('size', [entry.width, entry.height], [rendition.about.width, rendition.about.height]);
    same('I-frame bytes', entry.segments.map((segment) => segment[3]), rendition.segments.map(({ box: { samples: [idr] } }) => idr.offset + idr.size));
    same('I-frame playlist', entry.iframe_playlist, version.iframes.find(({ folder }) => folder === rendition.folder)?.path);
    const mean = samplesOf(rendition).length / secondsOf(rendition);
    const said = entry.frame_rate[0] / entry.frame_rate[1];
    if (Math.abs(said - mean) > mean * 0.001) add(`says frame_rate ${said}, it is ${mean}`);
    const most = entry.max_frame_rate[0] / entry.max_frame_rate[1];
    if (most < mean * 0.999) add(`says max_frame_rate ${most}, but its mean is ${mean}`);
  } else {
    same('channels', entry.channels, rendition.about.channels);
    same('sample_rate', entry.sample_rate, rendition.about.sampleRate);
    if (audioFrame(rendition) > 0.12) add(`has packets of ${audioFrame(rendition)} s`);
  }
}
