// The captions as a text that follows what is heard; a press on a sentence goes there. The track is the page's own <track>,
// loaded when the transcript is opened.
import type { Page } from '../engine';
import { clock } from '../lesson';
import { make } from './elements';

// The language of the captions that are shown, of the voice, of the lesson; else the first there is.
function trackFor(page: Page): HTMLTrackElement | undefined {
  const all = [...page.video.querySelectorAll('track')];
  const wanted = [page.hook.captions, page.wish.audio, page.lesson?.language ?? ''];
  for (const language of wanted) {
    const found = language && all.find((track) => track.srclang === language);
    if (found) return found;
  }
  return all[0];
}

// Fills `list`; false: the lesson has no captions.
export function fillTranscript(page: Page, list: HTMLOListElement): boolean {
  const element = trackFor(page);
  if (!element) return false;
  const { track } = element;
  if (track.mode === 'disabled') track.mode = 'hidden';
  list.lang = element.srclang;
  list.dir = 'auto';
  const lines: { cue: VTTCue; line: HTMLButtonElement }[] = [];
  const fill = () => {
    list.replaceChildren();
    lines.length = 0;
    for (const cue of [...(track.cues ?? [])] as VTTCue[]) {
      const line = make('button', { type: 'button' }, make('small', {}, clock(cue.startTime * 1000)), ` ${cue.text.replace(/<[^>]*>/g, '')}`);
      line.addEventListener('click', () => {
        page.video.currentTime = cue.startTime + 0.01;
        void page.video.play().catch(() => undefined);
      });
      list.append(make('li', {}, line));
      lines.push({ cue, line });
    }
    follow();
  };
  let shown: HTMLButtonElement | null = null;
  const follow = () => {
    const at = (page.held ?? page.video).currentTime;
    const now = lines.filter(({ cue }) => cue.startTime <= at).pop()?.line ?? null;
    if (now === shown) return;
    shown?.removeAttribute('aria-current');
    now?.setAttribute('aria-current', 'true');
    shown = now;
    if (now) list.scrollTop = now.offsetTop - list.offsetTop - list.clientHeight / 3; // the list moves, the page does not
  };
  if (element.readyState === 2) fill();
  element.addEventListener('load', fill);
  page.video.addEventListener('timeupdate', follow);
  setInterval(() => { if (page.held) follow(); }, 500);
  return true;
}
