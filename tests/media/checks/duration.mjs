// How long a lesson is, against how long its source is presented: within one frame, and no rendition runs past the lesson.
import { audioFrame, secondsOf } from './version.mjs';

/** `facts` from source.sourceFacts (or {duration, frame, tracks} known by the generator); tolerance in seconds. */
export function checkDuration(version, facts, problems, tolerance = facts.frame) {
  const add = (text) => problems.add('duration', text);
  const timed = version.renditions.filter(({ init }) => init);
  const longest = Math.max(...timed.map(secondsOf));
  if (Math.abs(longest - facts.duration) > tolerance + 0.001) add(`the lesson lasts ${longest.toFixed(3)} s, its source ${facts.duration.toFixed(3)} s`);
  for (const kind of ['video', 'audio']) {
    const ends = facts.tracks.filter((track) => track.kind === kind).map((track) => track.end - facts.start);
    if (ends.length === 0) continue;
    for (const rendition of timed.filter((each) => each.kind === kind)) {
      const frame = kind === 'audio' ? Math.max(audioFrame(rendition), tolerance) : tolerance;
      const seconds = secondsOf(rendition);
      if (seconds < Math.min(...ends) - frame - 0.001) add(`${rendition.folder} lasts ${seconds.toFixed(3)} s, its track in the source ends at ${Math.min(...ends).toFixed(3)} s`);
    }
  }
  const { duration, duration_ms: ms } = version.index;
  if (ms !== undefined && Math.abs(ms / 1000 - longest) > 0.0011) add(`index.json says duration_ms ${ms}, the longest rendition lasts ${longest.toFixed(4)} s`);
  if (duration?.timescale > 0 && Math.abs(duration.ticks / duration.timescale - longest) > 1 / duration.timescale + 1e-6) add(`index.json says duration ${duration.ticks}/${duration.timescale}, the longest rendition lasts ${longest.toFixed(6)} s`);
}
