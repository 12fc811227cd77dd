// What is seen while the picture is held (hold.ts): the captions of the moment that is heard, which the standing <video> does not
// show, a button to pause, and a sentence that says what goes on. The browser's own controls, which would show a wheel over the
// picture, and its captions of the moment that stands are away meanwhile.
import type { Page } from '../engine';
import { button, make } from './elements';
import type { Words } from './words';

const kStyle = `#held{position:absolute;inset:auto 0 0;padding:.5rem;text-align:center;pointer-events:none}
#held q{quotes:none;white-space:pre-line}#held q:empty{display:none}
#held button{display:block;min-width:6rem;min-height:44px;margin:.5rem auto 0;border:1px solid #fff;border-radius:6px;background:rgba(0,0,0,.8);color:#fff;font:1rem/1.5 system-ui,sans-serif;pointer-events:auto;cursor:pointer}
.standing video::cue{color:transparent;background:transparent}`;

export function showHeld(page: Page, words: Words): (at: number | null) => void {
  const { video } = page;
  const status = document.getElementById('status');
  const caption = make('q');
  const pause = button(words.pause, () => void (video.paused ? video.play() : video.pause()));
  const box = make('div', { id: 'held', hidden: true }, caption, pause);
  document.head.append(make('style', {}, kStyle));
  video.after(box);
  return (at) => {
    if (box.hidden !== (at === null)) {
      box.hidden = at === null;
      video.controls = box.hidden;
      video.parentElement?.classList.toggle('standing', !box.hidden);
      if (status) status.textContent = box.hidden ? '' : words.held;
    }
    if (at === null) return;
    pause.textContent = video.paused ? page.strings.play : words.pause;
    const track = [...video.textTracks].find(({ mode }) => mode === 'showing');
    const now = [...(track?.cues ?? [])].filter(({ startTime, endTime }) => startTime <= at && at < endTime) as VTTCue[];
    const text = now.map((cue) => cue.text.replace(/<[^>]*>/g, '')).join('\n');
    if (caption.textContent !== text) caption.textContent = text;
  };
}
