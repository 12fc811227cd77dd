// What "More" opens, under the picture: speed, the look of captions, transcript, chapters, the data limit, saving. Called by second.ts.
import { figure } from '../lesson';
import { fillChapters } from './chapters';
import { choice, make } from './elements';
import { kColours, kSizes, lookNow, wear } from './look';
import type { Look } from './look';
import { neighboursOf } from './neighbours';
import { savePart } from './saved';
import type { Beside } from './second';
import { fillTranscript } from './transcript';

const kSpeeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const kMegabytes = [2, 5, 10, 20, 50, 100, 200, 500];

const kStyle = `
#panel{display:grid;gap:.75rem;margin:.75rem 0}
#panel>details{border-top:1px solid var(--line)}
#panel summary{display:flex;align-items:center;min-height:44px;font-weight:600;cursor:pointer}
#panel summary::before{content:"\\25B8";width:1.25rem}
[dir=rtl] #panel summary::before{content:"\\25C2"}
#panel details[open]>summary::before{content:"\\25BE"}
#panel .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem}
#panel ol{list-style:none;margin:0;padding:0;max-height:16rem;overflow-y:auto;border:1px solid var(--line);border-radius:6px}
#panel button{min-height:44px;min-width:44px;padding:.25rem .75rem;border:1px solid var(--line);border-radius:6px;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;text-align:start;cursor:pointer}
#panel ol button{display:flex;gap:.75rem;align-items:center;width:100%;border:0;border-radius:0}
#panel [aria-current]{background:var(--accent);color:var(--on-accent)}
#panel h2{font-size:1rem;margin:.75rem 0 .25rem}
#panel ul{list-style:none;margin:0 0 1rem;padding:0}
#panel li{padding:0;border-top:1px solid var(--line)}
#savedlist li{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;padding:.25rem 0}
#saving>button{margin-top:.5rem}
#panel .tile{flex:none;background-color:#000}
#panel progress{width:100%}
#beside a,#savedlist a{display:inline-flex;align-items:center;min-height:44px}`;

let panel: HTMLElement | null = null;
const parts: Record<string, HTMLDetailsElement> = {};

// `opened`: when it is opened for the first time.
function details(id: string, name: string, content: Node, opened?: () => void): HTMLDetailsElement {
  const part = (parts[id] = make('details', { id }, make('summary', {}, name), content));
  if (opened) part.addEventListener('toggle', opened, { once: true });
  return part;
}

// A part whose list is filled when it is opened for the first time.
function listPart(id: string, name: string, fill: (list: HTMLOListElement) => boolean, none: string): HTMLDetailsElement {
  const list = make('ol');
  list.tabIndex = 0; // it scrolls: keys must reach it
  list.setAttribute('aria-label', name);
  return details(id, name, list, () => { if (!fill(list)) list.replaceWith(make('p', {}, none)); });
}

function speedChoice({ page, words }: Beside): HTMLElement {
  const { video } = page;
  const field = choice(words.speed, kSpeeds.map((speed) => [String(speed), `${speed}×`]), String(video.playbackRate || 1), (speed) => {
    video.playbackRate = Number(speed);
  });
  const select = field.querySelector('select');
  if (select) select.id = 'speed';
  video.addEventListener('ratechange', () => { if (select && video.playbackRate > 0) select.value = String(video.playbackRate); });
  return field;
}

function lookChoices({ words }: Beside): HTMLElement {
  const look: Look = lookNow();
  const names = [words.small, words.normal, words.large, words.huge];
  const colours = { white: words.whiteOnBlack, yellow: words.yellowOnBlack, black: words.blackOnWhite };
  return make('div', { className: 'pair' },
    choice(words.size, kSizes.map((size, i) => [String(size), names[i] ?? '']), String(look.size), (size) => {
      look.size = Number(size);
      wear(look);
    }),
    choice(words.colours, (Object.keys(kColours) as Look['colours'][]).map((key) => [key, colours[key]]), look.colours, (key) => {
      look.colours = key as Look['colours'];
      wear(look);
    }));
}

function limitChoices({ words, limit }: Beside): HTMLElement {
  const left = make('p', { id: 'left' });
  const show = () => { left.textContent = limit.left === Infinity ? '' : words.left(figure(Math.max(0, limit.left) / 1e6)); };
  const per = choice(words.limit, [['', words.noLimit], ['lesson', words.perLesson], ['day', words.perDay]], limit.limit.per, (value) => {
    limit.set({ ...limit.limit, per: value as 'lesson' | 'day' | '' });
    show();
  });
  const most = choice(words.megabytes, kMegabytes.map((value) => [String(value), String(value)]), String(limit.limit.megabytes), (value) => {
    limit.set({ ...limit.limit, megabytes: Number(value) });
    show();
  });
  setInterval(show, 1000);
  show();
  return make('div', {}, make('div', { className: 'pair' }, per, most), left);
}

// Work sheets beside the lesson, and the lesson in sign language: filled when the server has said what there is.
function besideIt({ page, words }: Beside): HTMLElement {
  const box = make('div', { id: 'beside' });
  const fill = async (lesson: string) => {
    const { signed, files } = await neighboursOf(lesson);
    if (signed) {
      const link = make('a', { href: signed.watch }, words.signed);
      link.addEventListener('click', () => { link.href = `${signed.watch}#t=${Math.floor((page.held ?? page.video).currentTime)}`; }); // the same moment
      box.append(make('p', {}, link));
    }
    if (!files) return;
    const rows = files.map(({ name, bytes, path }) => make('li', {}, make('a', { href: path, download: '', dir: 'auto' }, page.strings.choice(name, figure(bytes / 1e6)))));
    box.append(make('h2', {}, words.files), make('ul', {}, ...rows));
  };
  if (page.lesson) fill(page.lesson.id).catch(() => undefined); // no network: they are not on this device
  return box;
}

function build(beside: Beside): HTMLElement {
  const { page, words } = beside;
  document.head.append(make('style', {}, kStyle));
  const saving = savePart(beside);
  return make('section', { id: 'panel', tabIndex: -1 },
    speedChoice(beside),
    listPart('transcript', words.transcript, (list) => fillTranscript(page, list), words.noTranscript),
    ...(page.lesson?.chapters?.length ? [listPart('chapters', words.chapters, (list) => fillChapters(page, list), '')] : []),
    details('look', words.look, lookChoices(beside)),
    details('data', words.data, limitChoices(beside)),
    details('offline', words.offline, saving.part, saving.opened),
    besideIt(beside),
    make('p', {}, words.keys));
}

// Shows the panel, or hides it where nothing in it was asked for and it is there. `part`: the id of what is to be open.
export function open(beside: Beside, part: string): void {
  const more = document.getElementById('more');
  if (!panel) {
    panel = build(beside);
    panel.setAttribute('aria-label', more?.textContent ?? '');
    more?.after(panel);
  } else {
    panel.hidden = !part && !panel.hidden;
  }
  more?.setAttribute('aria-expanded', String(!panel.hidden));
  if (part && parts[part]) parts[part].open = true;
  else if (!panel.hidden) panel.focus();
}
