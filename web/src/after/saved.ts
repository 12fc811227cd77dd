// The part of the panel that saves a lesson on this device and lists what is there: a picture to choose, progress, pause, room, until
// when it is kept, removal. What does the work is offline/save.ts.
import type { Page } from '../engine';
import { figure, lessonMegabytes, audioFor, rungs } from '../lesson';
import { again } from '../offline/fetch_whole';
import { listSaved, removeSaved } from '../offline/records';
import type { Saved } from '../offline/records';
import { saveLesson } from '../offline/save';
import { button, choice, make } from './elements';
import type { Beside } from './second';

const megabytes = (bytes: number) => figure(bytes / 1e6);

function rungChoices({ lesson, engine, wish, strings }: Page): { id: string; name: string; bytes: number }[] {
  if (!lesson) return [];
  const sound = audioFor(lesson, engine?.codec ?? 'opus', wish.audio);
  const list = rungs(lesson).sort((a, b) => a.bytes - b.bytes).map((rung) => ({ id: rung.id, name: `${rung.height ?? 0}p`, bytes: lessonMegabytes(rung, sound) * 1e6 }));
  return [...list, ...(sound ? [{ id: '', name: strings.soundOnly, bytes: sound.bytes }] : [])];
}

export function savePart({ page, words, scripts, register }: Beside): HTMLElement {
  const box = make('div', { id: 'saving' });
  const line = make('p', { id: 'saved' });
  line.setAttribute('role', 'status');
  const bar = make('progress', { max: 1, value: 0, hidden: true });
  bar.setAttribute('aria-label', words.offline);
  const list = make('ul', { id: 'savedlist' });
  const room = make('p', { id: 'room' });
  const choices = rungChoices(page);
  let chosen = choices[0];
  let pausing: AbortController | null = null;

  const showChosen = () => { go.textContent = chosen ? words.save(megabytes(chosen.bytes)) : ''; };
  const tellWorker = () => navigator.serviceWorker.getRegistration('/').then((registration) => registration?.active?.postMessage('changed'));

  async function show(): Promise<void> {
    const all = await listSaved();
    list.replaceChildren(...all.map((saved) => {
      const away = button(words.remove, () => void removeSaved(saved).then(tellWorker).then(show));
      away.setAttribute('aria-label', `${words.remove}: ${saved.title}`);
      return make('li', {}, make('a', { href: `/watch/${encodeURIComponent(saved.lesson)}` }, saved.title),
        ` ${saved.name} ${megabytes(saved.bytes)}\u00a0MB${saved.complete ? '' : ' …'} `, away);
    }));
    const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    room.textContent = quota ? words.room(megabytes(usage), megabytes(quota)) : '';
    const mine = all.find(({ lesson }) => lesson === page.lesson?.id);
    if (mine) tell(mine);
  }

  function tell(saved: Saved): void {
    const until = new Date(saved.until).toLocaleDateString(document.documentElement.lang);
    if (saved.complete) line.textContent = words.saved(until);
    else if (!pausing) go.textContent = words.resume;
  }

  async function save(): Promise<void> {
    const { lesson, engine, wish } = page;
    if (!lesson || !chosen) return;
    pausing = new AbortController();
    go.textContent = words.pause;
    bar.hidden = false;
    bar.value = 0;
    line.textContent = ''; // what stands there is of a lesson that was saved before
    try {
      // A line that breaks is a TypeError here; anything else does not get better.
      const failed: unknown = await again(pausing.signal, () => Promise.resolve(register()).then(() => null, (reason: unknown) => {
        if (reason instanceof TypeError) throw reason;
        return reason;
      }));
      if (failed) throw failed;
      const what = { lesson, codec: engine?.codec ?? 'opus', language: wish.audio, rung: chosen.id, name: chosen.name, scripts } as const;
      const saved = await saveLesson(what, pausing.signal, ({ done, all }) => {
        bar.value = done / all;
        line.textContent = words.saving(megabytes(done), megabytes(all));
      });
      bar.hidden = true;
      showChosen();
      tell(saved);
    } catch (reason) {
      const name = reason instanceof DOMException ? reason.name : '';
      go.textContent = words.resume;
      if (name !== 'AbortError') line.textContent = words.notSaved(name === 'QuotaExceededError' ? words.noRoom : String(reason));
    }
    pausing = null;
    await tellWorker();
    await show();
  }

  const go = button('', () => (pausing ? pausing.abort() : void save()));
  go.id = 'save';
  if (!('serviceWorker' in navigator) || !window.isSecureContext) {
    box.append(make('p', {}, words.cannotSave));
    return box;
  }
  const rung = choice(words.what, choices.map(({ id, name, bytes }) => [id, page.strings.choice(name, megabytes(bytes))]), chosen?.id ?? '', (id) => {
    chosen = choices.find((one) => one.id === id);
    showChosen();
  });
  if (document.documentElement.dataset.saved) box.append(line); // this is the saved page: there is nothing more to save
  else box.append(rung, go, bar, line);
  box.append(make('h2', {}, words.savedLessons), list, room);
  showChosen();
  void show();
  return box;
}
