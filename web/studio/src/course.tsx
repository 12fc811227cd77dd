// The lessons of a course in their order, moved by buttons, which keyboards and screen readers can press as well as fingers.
import { useEffect, useState } from 'preact/hooks';
import { type Answer, ask, get, type Lesson, may, type Node } from './api';
import { Act, State, Trouble, textOf } from './parts';
import { say } from './words';

export function Course({ id }: { id: string }) {
  const [course, setCourse] = useState<Answer<Node> | undefined>();
  const [lessons, setLessons] = useState<Lesson[]>([]);
  const [moved, setMoved] = useState('');
  const [trouble, setTrouble] = useState('');
  const load = async () => {
    const node = await ask<Node>('GET', `/curriculum/${id}`);
    setLessons((await get<{ lessons: Lesson[] }>(`/courses/${id}/lessons`)).lessons);
    setCourse(node);
  };
  useEffect(() => void load().catch((problem) => setTrouble(textOf(problem))), [id]);
  const move = (from: number, to: number) => {
    const list = [...lessons];
    const [one] = list.splice(from, 1);
    if (!one || to < 0 || to > list.length) return;
    list.splice(to, 0, one);
    setLessons(list);
    setMoved(say('{0} is number {1} now', one.title, to + 1));
  };
  if (!course) return <Trouble text={trouble} />;
  return (
    <>
      <p>
        <a href="#/">{say('All lessons')}</a>
      </p>
      <h1>
        <span dir="auto">{course.value.title}</span>
      </h1>
      <p class="unseen" role="status">
        {moved}
      </p>
      <ol class="rows order">
        {lessons.map((lesson, i) => (
          <li key={lesson.id}>
            <div class="title">
              <a href={`#/lesson/${lesson.id}`} dir="auto">
                {lesson.title}
              </a>{' '}
              <State of={lesson.state} />
            </div>
            {may('editor') && (
              <div class="acts">
                <button type="button" disabled={i === 0} aria-label={say('{0} up', lesson.title)} onClick={() => move(i, i - 1)}>
                  ↑
                </button>
                <button type="button" disabled={i + 1 === lessons.length} aria-label={say('{0} down', lesson.title)} onClick={() => move(i, i + 1)}>
                  ↓
                </button>
              </div>
            )}
          </li>
        ))}
      </ol>
      {may('editor') && lessons.length > 1 && (
        <Act
          kind="main"
          run={async () => {
            try {
              setCourse(await ask<Node>('PUT', `/courses/${id}/order`, { body: { lessons: lessons.map((lesson) => lesson.id) }, etag: course.etag }));
              setMoved(say('Saved.'));
            } catch (problem) {
              await load();
              throw problem;
            }
          }}
        >
          {say('Save the order')}
        </Act>
      )}
    </>
  );
}
