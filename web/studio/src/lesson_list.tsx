// All lessons, newest first, a page at a time; by state, or by words in any of their languages. A job that ends brings it up to date.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask, get, type Lesson, may } from './api';
import { jobs } from './jobs';
import { Act, kStates, State, Trouble, textOf } from './parts';
import { say } from './words';

interface Page {
  lessons: Lesson[];
  next: string | null;
}

const read = (state: string, words: string, cursor: string | null): Promise<Page> => {
  const query = new URLSearchParams({ limit: '50' });
  if (state) query.set('state', state);
  if (words) query.set('q', words);
  if (cursor) query.set('cursor', cursor);
  return get<Page>(`/${words ? 'search' : 'lessons'}?${query}`);
};

// What of the jobs a list of lessons depends on.
const endings = () => jobs.get().map((job) => `${job.id}${job.state}`).join();

export async function changeState(lesson: Lesson, state: Lesson['state']): Promise<Lesson> {
  const fresh = await ask<Lesson>('GET', `/lessons/${lesson.id}`);
  return (await ask<Lesson>('PATCH', `/lessons/${lesson.id}`, { body: { state }, etag: fresh.etag })).value;
}

const canPublish = (lesson: Lesson): boolean => may('editor') && lesson.version !== null && lesson.state !== 'published';

export function LessonList() {
  const [state, setState] = useState('');
  const [words, setWords] = useState('');
  const [page, setPage] = useState<Page | undefined>();
  const [trouble, setTrouble] = useState('');
  const load = useCallback(() => {
    read(state, words, null).then(
      (value) => {
        setPage(value);
        setTrouble('');
      },
      (problem) => setTrouble(textOf(problem)),
    );
  }, [state, words]);
  useEffect(() => {
    const soon = setTimeout(load, words ? 250 : 0); // while somebody types
    return () => clearTimeout(soon);
  }, [load, words]);
  useEffect(() => {
    let before = endings();
    return jobs.watch(() => {
      const now = endings();
      if (now !== before) load();
      before = now;
    });
  }, [load]);
  const replace = (lesson: Lesson) => page && setPage({ ...page, lessons: page.lessons.map((one) => (one.id === lesson.id ? lesson : one)) });
  return (
    <section aria-labelledby="lessons">
      <h2 id="lessons">{say('Lessons')}</h2>
      <div class="row">
        <label class="wide">
          {say('Find')}
          <input type="search" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <label>
          {say('Show')}
          <select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">{say('All')}</option>
            {Object.entries(kStates).map(([value, text]) => (
              <option value={value} key={value}>
                {say(text)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Trouble text={trouble} />
      {page?.lessons.length === 0 && <p class="none">{say('There are none.')}</p>}
      <ul class="rows">
        {page?.lessons.map((lesson) => (
          <li key={lesson.id} class="lesson" data-lesson={lesson.id}>
            <div class="title">
              <a href={`#/lesson/${lesson.id}`} dir="auto">
                {lesson.title}
              </a>{' '}
              <State of={lesson.state} />
              <small>
                {[lesson.course, lesson.language === 'und' ? '' : lesson.language, lesson.version ? '' : say('no version yet')].filter(Boolean).join(' · ')}
              </small>
            </div>
            {(canPublish(lesson) || lesson.course_id) && (
              <div class="acts">
                {canPublish(lesson) && (
                  <Act run={async () => replace(await changeState(lesson, 'published'))} label={say('Publish {0}', lesson.title)}>
                    {say('Publish')}
                  </Act>
                )}
                {lesson.course_id && <a href={`#/course/${lesson.course_id}`}>{say('Course')}</a>}
              </div>
            )}
          </li>
        ))}
      </ul>
      {page?.next && (
        <Act run={async () => {
          const more = await read(state, words, page.next);
          setPage({ lessons: [...page.lessons, ...more.lessons], next: more.next });
        }}>
          {say('More')}
        </Act>
      )}
    </section>
  );
}
