// CMCD on the requests of our own player (CTA-5004), where the operator turned it on (learners.request_data): how much is there, what the
// link carries, whether play had to wait. As header fields, so that addresses stay what caches know. The first script, which every learner
// waits for, knows nothing of it: its requests are overheard from here on. Loaded by second.ts.
import { secondsAhead } from '../buffered';
import type { Page } from '../engine';
import type { Lesson } from '../lesson';

const kMedia = /^((?:video|audio)\/[^/]+)\/(?:init\.mp4|(\d+)\.m4s)$/;
const hundreds = (value: number) => Math.round(value / 100) * 100;

export interface Moment {
  session: string;
  ahead: number; // seconds of lesson that are there, of this kind
  rate: number; // of play
  kbps: number; // that the link carries; 0: not known
  waited: boolean; // since the last request
  started: boolean;
}

// The four fields for one of the lesson's files; null for what is none. Pure.
export function cmcdFields(lesson: Lesson, path: string, moment: Moment): Record<string, string> | null {
  const [, id = '', number] = kMedia.exec(path) ?? [];
  const rendition = lesson.renditions.find((one) => one.id === id);
  if (!rendition) return null;
  const of = (parts: Record<string, number | string | boolean>) => Object.entries(parts).filter(([, value]) => value !== '' && value !== false && value !== 0) // 0 as a text is said
    .map(([key, value]) => (value === true ? key : `${key}=${value}`)).join(',');
  const segment = Number(number ?? 0);
  const best = Math.max(...lesson.renditions.filter(({ kind }) => kind === rendition.kind).map(({ average_bandwidth: rate }) => rate));
  const next = segment > 0 && segment < (lesson.segment_ms?.length ?? 0) ? `"${segment + 1}.m4s"` : '';
  const buffer = hundreds(moment.ahead * 1000);
  const fields = {
    'CMCD-Object': of({ br: Math.round(rendition.average_bandwidth / 1000), d: lesson.segment_ms?.[segment - 1] ?? 0, ot: segment === 0 ? 'i' : rendition.kind[0] ?? '', tb: Math.round(best / 1000) }),
    'CMCD-Request': of({ bl: `${buffer}`, dl: moment.rate > 0 ? `${hundreds(buffer / moment.rate)}` : '', mtp: hundreds(moment.kbps), nor: next, su: !moment.started || moment.ahead === 0 }),
    'CMCD-Session': of({ cid: `"${lesson.id}"`, pr: moment.rate === 1 ? '' : `${moment.rate}`, sf: 'o', sid: `"${moment.session}"`, st: 'v' }),
    'CMCD-Status': of({ bs: moment.waited }),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text));
}

export function tellWithRequests(page: Page): void {
  const { lesson, video, hook, usage } = page;
  if (!lesson) return;
  const session = crypto.randomUUID?.() ?? String(Math.random()).slice(2); // of this page: not of the learner
  const { base } = lesson; // as the player's addresses begin
  const plain = window.fetch;
  let waits = hook.stalls.length;
  window.fetch = (input, init) => {
    if (typeof input !== 'string' || !input.startsWith(base)) return plain(input, init);
    const parts = page.engine?.parts?.();
    const at = (page.held ?? video).currentTime;
    const path = input.slice(base.length);
    const end = path.startsWith('audio/') ? parts?.sound : parts?.picture;
    const fields = cmcdFields(lesson, path, {
      session, ahead: end === undefined || end === Infinity ? secondsAhead(video) : Math.max(0, end - at), rate: video.paused ? 0 : video.playbackRate || 1,
      kbps: usage.bitsPerSecond / 1000, waited: hook.stalls.length > waits, started: hook.firstFrame > 0,
    });
    waits = hook.stalls.length;
    return plain(input, fields ? { ...init, headers: { ...(init?.headers as Record<string, string> | undefined), ...fields } } : init);
  };
}
