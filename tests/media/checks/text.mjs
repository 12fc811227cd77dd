// WebVTT renditions: every segment is a WebVTT document on the lesson's clock, holds the cues that overlap it, and together they
// say what the source's subtitles said. Sources: W3C WebVTT 4, RFC 8216bis 3.1.4.
import { ofKind } from './version.mjs';

const kLate = 30;  // ms: a container may move all its tracks by the priming of its audio encoder, 21 ms

const kTime = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/;

function milliseconds(text) {
  const found = kTime.exec(text);
  if (!found) throw new Error(`"${text}" is not a WebVTT time`);
  return ((Number(found[1] ?? 0) * 60 + Number(found[2])) * 60 + Number(found[3])) * 1000 + Number(found[4]);
}

/** [{start, end, text}] in milliseconds; throws on what a strict reader would not take. */
export function readVtt(bytes) {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n');
  const blocks = text.split(/\n{2,}/).filter((block) => block.trim() !== '');
  const header = blocks.shift() ?? '';
  if (!/^WEBVTT([ \t\n]|$)/.test(header)) throw new Error('does not begin with WEBVTT');
  const map = /X-TIMESTAMP-MAP=(.*)/.exec(header)?.[1];
  if (map && !(map.includes('MPEGTS:0') && map.includes('LOCAL:00:00:00.000'))) throw new Error(`X-TIMESTAMP-MAP=${map}: the lesson's clock begins at 0`);
  const cues = [];
  for (const block of blocks) {
    const lines = block.split('\n').filter((line) => line !== '');
    if (/^(NOTE|STYLE|REGION)\b/.test(lines[0])) continue;
    const at = lines.findIndex((line) => line.includes('-->'));
    if (at < 0 || at > 1) throw new Error(`a block has no timing line: "${lines[0]}"`);
    const [start, , end] = lines[at].trim().split(/[ \t]+/);
    const cue = { start: milliseconds(start), end: milliseconds(end), text: lines.slice(at + 1).join('\n') };
    if (cue.end <= cue.start) throw new Error(`a cue ends before it begins: ${lines[at]}`);
    cues.push(cue);
  }
  return cues;
}

const plain = (text) => text.replace(/<[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').replace(/&nbsp;/g, ' ').replace(/\s+/g, ' ').trim();

/** `expected` is [{language, cues: [{start, end, text}]}], times in milliseconds; text is compared without markup. */
export function checkText(version, expected, problems) {
  const texts = ofKind(version, 'text');
  if (texts.length !== expected.length) problems.add('text', `${texts.length} text renditions, ${expected.length} expected`);
  for (const track of expected) {
    const rendition = texts.find((each) => each.language === track.language);
    if (!rendition) {
      problems.add('text', `no text rendition has LANGUAGE "${track.language}" (there are: ${texts.map((each) => each.language).join(', ')})`);
      continue;
    }
    checkTrack(rendition, track.cues, (text) => problems.add('text', `${rendition.folder}: ${text}`));
  }
}

function checkTrack(rendition, expected, add) {
  const found = new Map();
  let begins = 0;
  for (const { uri, bytes, extinf } of rendition.segments) {
    const ends = begins + Number(extinf) * 1000;
    let cues;
    try {
      cues = readVtt(bytes);
    } catch (error) {
      add(`${uri}: ${error.message}`);
      return;
    }
    for (const cue of cues) {
      if (cue.start >= ends + 1 || cue.end <= begins - 1) add(`${uri} holds a cue of ${cue.start}-${cue.end} ms, the segment is ${begins.toFixed(0)}-${ends.toFixed(0)} ms`);
      found.set(`${cue.start} ${cue.end} ${plain(cue.text)}`, { ...cue, text: plain(cue.text) });
    }
    for (const cue of expected) {
      const overlap = Math.min(cue.end, ends) - Math.max(cue.start, begins);
      if (overlap > kLate && !cues.some((each) => Math.abs(each.start - cue.start) <= kLate)) add(`${uri} (${begins.toFixed(0)}-${ends.toFixed(0)} ms) lacks the cue of ${cue.start}-${cue.end} ms`);
    }
    begins = ends;
  }
  const seen = [...found.values()].sort((a, b) => a.start - b.start);
  if (seen.length !== expected.length) add(`${seen.length} cues, ${expected.length} expected: ${JSON.stringify(seen.slice(0, 4))}`);
  expected.forEach((cue, i) => {
    const match = seen[i];
    if (match && (match.text !== plain(cue.text) || Math.abs(match.start - cue.start) > kLate || Math.abs(match.end - cue.end) > kLate)) {
      add(`cue ${i + 1} is ${JSON.stringify(match)}, ${JSON.stringify(cue)} expected`);
    }
  });
}
