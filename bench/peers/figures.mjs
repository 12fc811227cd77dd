// From runs to the table, the list of where the peer is better, and the comparison of two runs of the whole. Pure.
import { median, show, table } from '../support/results.mjs';

export const kSites = ['ours', 'peer'];
const kMedians = ['mb_per_hour', 'first_frame_s', 'first_sound_s', 'press_to_frame_s', 'bytes_to_first_frame', 'stalls', 'stalled_s', 'held_s', 'mean_height', 'mean_video_kbps', 'media_kbps',
  'wasted_bytes', 'played_s', 'mean_vmaf', 'second_first_frame_s', 'second_bytes'];

// One round of one site: the two visits as one flat record.
export const flat = ({ visits: [first, second], fitness }) => ({
  ...Object.fromEntries(kMedians.filter((key) => key in first).map((key) => [key, first[key]])),
  limited: first.limited, second_first_frame_s: second.first_frame_s, second_bytes: second.bytes_to_first_frame, rungs: first.rungs,
  errors: [...new Set([...first.errors, ...second.errors])], fitness,
});

// The medians of a cell's rounds; rounds on an unfit machine only count where there are no others.
export function cellOf(runs) {
  const fit = runs.filter((run) => run.fitness.unfit.length === 0);
  const used = fit.length ? fit : runs;
  return { ...Object.fromEntries(kMedians.map((key) => [key, median(used.map((run) => run[key]))])), rounds: used.length, of: runs.length, unfit: fit.length === 0, limited: used.some((run) => run.limited) };
}

const kHead = ['lesson', 'link', '', 'MB/hour', 'first frame, s', 'again, s', 'to first frame, kB', 'waits', 'waited, s', 'held, s', 'played, s', 'mean height', 'mean VMAF', 'not played, kB'];

// cells: [{lesson, link, site, ...cellOf()}], ours and the peer's one after the other.
export function mainTable(cells) {
  return table(kHead, cells.map((c) => [
    c.lesson, c.link, `${c.site}${c.unfit ? ' (unfit)' : ''}`, show(c.mb_per_hour), show(c.first_frame_s), show(c.second_first_frame_s), show(c.bytes_to_first_frame / 1000, 0),
    show(c.stalls, 0), show(c.stalled_s), show(c.held_s), show(c.played_s, 0), show(c.mean_height, 0), show(c.mean_vmaf), show(c.wasted_bytes / 1000, 0),
  ]));
}

const kJudged = [
  ['mb_per_hour', 'MB/hour', 1], ['first_frame_s', 'seconds to the first frame', 1], ['second_first_frame_s', 'seconds to the first frame when coming again', 1],
  ['bytes_to_first_frame', 'bytes to the first frame', 0], ['stalled_s', 'seconds waited', 1], ['held_s', 'seconds of sound with a picture that stood', 1], ['wasted_bytes', 'bytes fetched and not played', 0],
  ['mean_vmaf', 'mean VMAF', 1, 'more'], ['played_s', 'seconds played in the time allowed', 0, 'more'],
];

// Sentences, one for each figure in which the peer is better by more than 5 %.
export function whereThePeerWins(cells) {
  const list = [];
  for (let i = 0; i + 1 < cells.length; i += 2) {
    const [ours, peer] = [cells[i], cells[i + 1]];
    for (const [key, text, digits, better] of kJudged) {
      if (!Number.isFinite(ours[key]) || !Number.isFinite(peer[key])) continue;
      const loses = better === 'more' ? ours[key] < peer[key] * 0.95 - 0.05 : ours[key] > peer[key] * 1.05 + 0.05;
      if (loses) list.push(`${ours.lesson} on ${ours.link}: ${text} ${show(ours[key], digits)} against ${show(peer[key], digits)}`);
    }
  }
  return list;
}

// Figures that two runs of the whole must agree in, with what counts as nothing: 10 % of half a second is no difference.
const kRepeated = [['mb_per_hour', 'MB/hour', 0.1], ['first_frame_s', 'first frame, s', 0.3], ['bytes_to_first_frame', 'bytes to first frame', 2000], ['stalled_s', 'waited, s', 1], ['mean_vmaf', 'mean VMAF', 0.5]];

// a, b: the cells of two runs. {agreed, of, lines: [what differs by more than 10 %], table}. A cell without a visit on a fit machine is
// shown and not counted: it says nothing of the lab.
export function agreement(a, b) {
  let agreed = 0;
  let of = 0;
  const lines = [];
  const rows = [];
  a.forEach((one, i) => {
    const other = b[i];
    const cells = kRepeated.map(([key, text, nothing]) => {
      if (!Number.isFinite(one[key]) && !Number.isFinite(other[key])) return '–';
      const digits = key === 'bytes_to_first_frame' ? 0 : 1;
      const both = `${show(one[key], digits)} / ${show(other[key], digits)}`;
      if (one.unfit || other.unfit) return both;
      of++;
      const apart = Math.abs(one[key] - other[key]);
      const good = apart <= Math.max(nothing, 0.1 * Math.max(Math.abs(one[key]), Math.abs(other[key])));
      if (good) agreed++;
      else lines.push(`${one.lesson}, ${one.link}, ${one.site}: ${text} ${show(one[key])} and ${show(other[key])}`);
      return good ? both : `**${both}**`;
    });
    rows.push([one.lesson, one.link, `${one.site}${one.unfit || other.unfit ? ' (unfit)' : ''}`, ...cells]);
  });
  return { agreed, of, lines, table: table(['lesson', 'link', '', ...kRepeated.map(([, text]) => text)], rows) };
}
