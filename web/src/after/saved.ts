// The part of the panel that saves a lesson, or the rest of its course, on this device and lists what is there: a picture to choose,
// progress, pause, room, until when it is kept, removal. What does the work is offline/save.ts and save_course.ts.
import type { Page } from '../engine';
import { figure, lessonMegabytes, audioFor, rungs } from '../lesson';
import { alone, listSaved, removeSaved } from '../offline/records';
import type { Saved } from '../offline/records';
import { saveLesson } from '../offline/save';
import { courseOf, restOf, saveCourse } from '../offline/save_course';
import type { CourseLesson } from '../offline/save_course';
import { button, choice, make } from './elements';
import { pausable, whyNot } from './pausable';
import type { Beside } from './second';

const megabytes = (bytes: number) => figure(bytes / 1e6);

function rungChoices({ lesson, engine, wish, strings }: Page): { id: string; name: string; bytes: number }[] {
  if (!lesson) return [];
  const sound = audioFor(lesson, engine?.codec ?? 'opus', wish.audio);
  const list = rungs(lesson).sort((a, b) => a.bytes - b.bytes).map((rung) => ({ id: rung.id, name: `${rung.height ?? 0}p`, bytes: lessonMegabytes(rung, sound) * 1e6 }));
  return [...list, ...(sound ? [{ id: '', name: strings.soundOnly, bytes: sound.bytes }] : [])];
}

// `opened` is to be called when the part is opened for the first time.
export function savePart(beside: Beside): { part: HTMLElement; opened: () => void } {
  const { page, words, scripts } = beside;
  const box = make('div', { id: 'saving' });
  const list = make('ul', { id: 'savedlist' });
  const room = make('p', { id: 'room' });
  const choices = rungChoices(page);
  let chosen = choices[0];
  let course: CourseLesson[] = [];

  const tellWorker = () => navigator.serviceWorker.getRegistration('/').then((registration) => registration?.active?.postMessage('changed'));
  const soundOnly = () => chosen?.id === '';

  const showChosen = () => one.offer(chosen ? words.save(megabytes(chosen.bytes)) : '');

  // `anew`: what was paused is not what would be saved now.
  function showRest(all: Saved[], anew = false): void {
    if (many.running()) return;
    const rest = restOf(course, new Set(all.filter(({ complete }) => complete).map(({ lesson }) => lesson)), soundOnly());
    const none = course.length < 2 || rest.lessons.length === 0;
    if (none || anew || !many.paused()) many.offer(words.saveCourse(rest.lessons.length, megabytes(rest.bytes)));
    const focused = document.activeElement === many.go;
    many.go.hidden = none;
    if (none && focused) many.line.focus();
  }

  function tell(saved: Saved): void {
    const until = new Date(saved.until).toLocaleDateString(document.documentElement.lang);
    if (saved.complete) {
      one.line.textContent = words.saved(until);
      if (one.paused()) showChosen(); // its course was saved meanwhile
    } else if (!one.running() && saved.rung === chosen?.id) {
      one.go.textContent = words.resume;
    }
  }

  // What is being saved is neither saved twice at once nor removed.
  function lock(): void {
    one.go.disabled = many.running();
    many.go.disabled = one.running();
    for (const away of list.querySelectorAll('button')) away.disabled = one.running() || many.running();
  }

  async function show(): Promise<Saved | undefined> {
    const all = await listSaved();
    list.replaceChildren(...all.map((saved) => {
      const away = button(words.remove, () => void alone(() => removeSaved(saved)).then(tellWorker).then(show));
      away.setAttribute('aria-label', `${words.remove}: ${saved.title}`);
      return make('li', {}, make('a', { href: `/watch/${encodeURIComponent(saved.lesson)}`, dir: 'auto' }, saved.title),
        ` ${page.strings.choice(saved.name, megabytes(saved.bytes))}${saved.complete ? '' : ' …'} `, away);
    }));
    lock();
    const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    room.textContent = quota ? words.room(megabytes(usage), megabytes(quota)) : '';
    const mine = all.find(({ lesson }) => lesson === page.lesson?.id);
    if (mine) tell(mine);
    showRest(all);
    return mine;
  }

  const changed = async (): Promise<void> => {
    lock();
    await tellWorker();
    await show();
  };
  const how = () => ({ codec: page.engine?.codec ?? 'opus', language: page.wish.audio, scripts }) as const;

  const one = pausable(beside, lock, async (signal, came) => {
    if (!page.lesson || !chosen) return;
    await saveLesson({ ...how(), lesson: page.lesson, rung: chosen.id, name: chosen.name }, signal,
      (progress) => came(progress, words.saving(megabytes(progress.done), megabytes(progress.all))));
  }, (done) => {
    if (done) showChosen();
    return changed();
  });
  const many = pausable(beside, lock, async (signal, came) => {
    const failures = await saveCourse(course, { ...how(), soundOnly: soundOnly(), soundName: page.strings.soundOnly }, signal,
      (progress, lesson, part) => came(progress, `${lesson.title}: ${words.saving(megabytes(part.done), megabytes(part.all))}`), changed);
    if (failures.length) throw new Error(failures.map(({ title, reason }) => `${title}: ${whyNot(beside, reason)}`).join('; '));
    many.line.textContent = words.courseSaved;
  }, changed);
  one.go.id = 'save';
  one.line.id = 'saved';
  many.go.id = 'savecourse';
  many.go.hidden = true;

  if (!('serviceWorker' in navigator) || !window.isSecureContext || page.lesson?.base.startsWith('/t/')) {
    box.append(make('p', {}, words.cannotSave));
    return { part: box, opened: () => undefined };
  }
  const rung = choice(words.what, choices.map(({ id, name, bytes }) => [id, page.strings.choice(name, megabytes(bytes))]), chosen?.id ?? '', (id) => {
    choose(id);
    void listSaved().then((all) => {
      const mine = all.find(({ lesson }) => lesson === page.lesson?.id);
      if (mine) tell(mine);
      showRest(all, true);
    });
  });
  function choose(id: string): void {
    chosen = choices.find((each) => each.id === id);
    const select = rung.querySelector('select');
    if (select) select.value = id;
    showChosen();
  }
  if (document.documentElement.dataset.saved) box.append(one.line); // this is the saved page: there is nothing more to save of it
  else box.append(rung, one.go, one.bar, one.line);
  box.append(many.go, many.bar, many.line, make('h2', {}, words.savedLessons), list, room);
  showChosen();
  // What was begun on another day goes on with its own picture.
  void show().then((mine) => {
    if (!mine || mine.complete || one.running() || !choices.some(({ id }) => id === mine.rung)) return;
    choose(mine.rung);
    tell(mine);
  });
  // Captions and the pictures of chapters are saved too: the page itself does not know what they weigh.
  function addBeside(bytes: number): void {
    const offered = one.go.textContent === (chosen && words.save(megabytes(chosen.bytes)));
    for (const each of choices) {
      each.bytes += bytes;
      const option = rung.querySelector<HTMLOptionElement>(`option[value="${each.id}"]`);
      if (option) option.textContent = page.strings.choice(each.name, megabytes(each.bytes));
    }
    if (offered) showChosen();
  }
  // Who never opens this part does not pay for the question. Without a network there is no course to save.
  const findCourse = async (lesson: string) => {
    course = await courseOf(lesson).catch(() => []);
    addBeside(course.find(({ id }) => id === lesson)?.beside_bytes ?? 0);
    showRest(await listSaved());
  };
  return { part: box, opened: () => { if (page.lesson) void findCourse(page.lesson.id); } };
}
