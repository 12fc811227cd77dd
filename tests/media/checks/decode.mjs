// Everything a version holds, read by ffmpeg: the multivariant playlist, each media and I-frame playlist, and each segment by
// itself after its init segment. Nothing may be said at -v warning, and every coded frame must come out.
import { run } from '../support/run.mjs';
import { unquote } from './playlist.mjs';
import { samplesOf } from './version.mjs';

// What ffmpeg 5.1 says of any correct playlist. Each line needs a reason; the list is kept as short as it can be.
const kKnownNoise = [
  // libavformat/hls.c new_rendition(): WebVTT renditions are not implemented there, so every subtitle group is announced.
  /Can't support the subtitle\(uri: [^)]*\)/,
];

export const complaints = (stderr) => stderr.split('\n').filter((line) => line.trim() !== '' && !kKnownNoise.some((known) => known.test(line)));

/** Decodes each input whole; returns {lines, counts: frames per input}. Inputs are ffmpeg input argument lists. */
async function decode(cwd, inputs) {
  const args = ['-hide_banner', '-nostdin', '-v', 'warning', '-xerror', ...inputs.flatMap((input) => [...input.options, '-i', input.path])];
  inputs.forEach((_, i) => args.push('-map', `${i}:${inputs[i].map ?? '0'}`));
  args.push('-fps_mode', 'passthrough', '-copyts', '-c:a', 'pcm_s16le', '-c:v', 'wrapped_avframe', '-f', 'framecrc', '-');
  const done = await run('ffmpeg', args, { cwd, timeoutMs: 600_000 });
  const counts = new Array(inputs.length).fill(0);
  for (const line of done.stdout.toString('latin1').split('\n')) {
    const found = /^(\d+),/.exec(line);
    if (found) counts[Number(found[1])] += 1;
  }
  const lines = complaints(done.stderr);
  if (done.code !== 0 && lines.length === 0) lines.push(done.timedOut ? 'still decoding after 600 s' : `ffmpeg ended with code ${done.code ?? done.signal}`);
  return { lines, counts };
}

/** One process for all; when it complains, one each, so that the complaint has an owner. */
async function decodeAll(cwd, inputs, problems, check) {
  if (inputs.length === 0) return [];
  const together = await decode(cwd, inputs);
  if (together.lines.length === 0) return together.counts;
  let owned = false;
  for (const input of inputs) {
    const alone = await decode(cwd, [input]);
    owned ||= alone.lines.length > 0;
    for (const line of alone.lines.slice(0, 3)) problems.add(check, `${input.path}: ffmpeg says: ${line}`);
  }
  if (!owned) problems.add(check, `ffmpeg says, reading all together: ${together.lines[0]}`);
  return undefined;
}

export async function checkDecode(version, problems) {
  const media = version.renditions.filter(({ init }) => init);
  for (const { path, variants, media: alternatives } of version.multivariants) {
    const probe = await run('ffprobe', ['-hide_banner', '-v', 'warning', '-show_streams', '-of', 'json', path], { cwd: version.dir });
    for (const line of complaints(probe.stderr).slice(0, 3)) problems.add('decode', `${path}: ffprobe says: ${line}`);
    const streams = JSON.parse(probe.stdout.toString('utf8') || '{}').streams ?? [];
    const named = new Set([...variants.map(({ uri }) => uri), ...alternatives.filter((each) => each.get('TYPE') === 'AUDIO').map((each) => unquote(each.get('URI')))]);
    if (streams.length < named.size) problems.add('decode', `${path}: ffprobe finds ${streams.length} streams, ${named.size} playlists are named`);
  }

  const whole = media.map(({ path }) => ({ path, options: [] }));
  const counts = await decodeAll(version.dir, whole, problems, 'decode');
  counts?.forEach((count, i) => {
    const video = media[i].kind === 'video';
    if (video && count !== samplesOf(media[i]).length) problems.add('decode', `${media[i].path}: ${count} frames decoded, ${samplesOf(media[i]).length} coded`);
    if (count === 0) problems.add('decode', `${media[i].path}: nothing decoded`);
  });
}

/** Every segment decodes alone after the init segment: a player may begin anywhere. */
export async function checkAlone(version, problems) {
  const kAtOnce = 24;
  const segments = version.renditions.filter(({ init }) => init).flatMap((rendition) => rendition.segments.map((segment) => ({ rendition, segment })));
  const inputs = segments.map(({ rendition: { folder, playlist }, segment: { uri } }) => ({ path: `concat:${folder}/${playlist.map}|${folder}/${uri}`, options: [] }));
  for (let at = 0; at < inputs.length; at += kAtOnce) {
    const counts = await decodeAll(version.dir, inputs.slice(at, at + kAtOnce), problems, 'alone');
    counts?.forEach((count, i) => {
      const { rendition, segment: { uri, box } } = segments[at + i];
      if (rendition.kind === 'video' && count !== box.samples.length) problems.add('alone', `${rendition.folder}/${uri}: ${count} frames decoded of ${box.samples.length}`);
      if (count === 0) problems.add('alone', `${rendition.folder}/${uri}: nothing decoded`);
    });
  }
}
