// A published version against its source: measures the source, assembles what must be true, runs every check, and those that
// need both (tracks, languages, title, chapters, warnings). Used for generated inputs and for real recordings.
import { checkVersion } from '../checks/all.mjs';
import { checkPicture } from '../checks/picture.mjs';
import { sourceFacts } from '../checks/source.mjs';
import { sourceMarks } from '../checks/sync.mjs';
import { frameRates } from '../checks/variants.mjs';
import { ofKind, Problems, secondsOf } from '../checks/version.mjs';

const kMostFrames = 30;  // frames per second, the shipped max_frame_rate

/** `truth` as inputs/all.mjs describes it. Returns {problems: [{check, text}], summary}. */
export async function judgeVersion(source, dir, truth) {
  let facts = await sourceFacts(source);
  const own = { ...truth };
  if (truth.marks === false) delete own.marks;
  else own.marks = { ...(await sourceMarks(source, facts)), loose: truth.marks === 'loose' };
  own.facts = facts;
  if (truth.duration) own.durationTolerance = Infinity;
  const { problems: found, version } = await checkVersion(dir, own);
  const problems = new Problems();
  problems.list.push(...found);
  if (!version) return { problems: problems.list, summary: '' };

  checkTracks(version, facts, truth, problems);
  checkFacts(version, truth, problems);
  if (truth.picture?.later !== undefined) await checkPicture(version, { ...truth.picture, at: truth.picture.later }, problems);
  const counts = ['video', 'audio', 'text'].map((kind) => `${ofKind(version, kind).length} ${kind}`);
  return { problems: problems.list, summary: `${counts.join(', ')}, ${ofKind(version, 'video').map(({ about }) => `${about.width}x${about.height}`).join(' ')}` };
}

function checkTracks(version, facts, truth, problems) {
  const add = (text) => problems.add('tracks', text);
  const videos = ofKind(version, 'video');
  const audios = ofKind(version, 'audio');
  const has = (kind) => facts.tracks.filter((track) => track.kind === kind).length;
  if (truth.videos === 0 && videos.length > 0) add(`${videos.length} video renditions of a source without video`);
  if (truth.videos !== 0 && has('video') > 0 && videos.length === 0) add('no video rendition');
  for (const codec of ['opus', 'mp4a.40.2']) {
    // One for each track and rate: the first rate of all tracks, the second, and so on.
    const ids = new Map();
    for (const { id, kind, codecs, track } of version.index.renditions)
      if (kind === 'audio' && codecs === codec) ids.set(track ?? id, [...(ids.get(track ?? id) ?? []), id]);
    const rates = Math.max(1, ...[...ids.values()].map(({ length }) => length));
    for (let rate = 0; rate < rates; rate++) {
      const wanted = new Set([...ids.values()].map((list) => list[rate]));
      const renditions = audios.filter(({ about, folder }) => about.codecs === codec && wanted.has(folder));
      if (renditions.length !== has('audio')) add(`${renditions.length} renditions in ${codec} of ${has('audio')} audio tracks at rate ${rate + 1}`);
      if (!truth.languages) continue;
      const languages = renditions.map(({ language }) => language);
      if (languages.join() !== truth.languages.join()) add(`${codec} speaks ${languages}, the source ${truth.languages}`);
    }
  }
  for (const video of videos) {
    const { mean } = frameRates(video);
    if (mean > kMostFrames * 1.02) add(`${video.folder} has ${mean.toFixed(2)} frames a second, ${kMostFrames} are the most`);
  }
}

function checkFacts(version, truth, problems) {
  const { index } = version;
  const add = (text) => problems.add('index', text);
  const warnings = index.warnings ?? [];
  if ((truth.warnings ?? 'none') === 'none' && !truth.duration && warnings.length > 0) add(`warns of a sound source: ${warnings}`);
  if (truth.warnings === 'some' && warnings.length === 0) add('has no warning that the source is damaged');
  if (truth.title !== undefined && index.title !== truth.title) add(`title is "${index.title}", "${truth.title}" expected`);
  if (truth.chapters) {
    const chapters = (index.chapters ?? []).map((chapter) => [chapter.start_ms, chapter.end_ms, chapter.title]);
    if (JSON.stringify(chapters) !== JSON.stringify(truth.chapters)) add(`chapters are ${JSON.stringify(chapters)}`);
  }
  if (truth.duration) {
    const [least, most] = truth.duration;
    const seconds = Math.max(...version.renditions.filter(({ init }) => init).map(secondsOf));
    if (seconds < least || seconds > most) problems.add('duration', `the lesson lasts ${seconds.toFixed(3)} s, ${least} to ${most} s could be read`);
  }
}
