// The studio, at /studio/: where a content team signs in, sends recordings, watches their jobs, and makes lessons of them. What is
// shown is in the address's fragment: #/ is the start, #/lesson/ID one lesson, #/course/ID a course, #/mirrors the mirrors.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { resume, session, signOut } from './api';
import { Course } from './course';
import { JobList } from './job_list';
import { LessonList } from './lesson_list';
import { LessonView } from './lesson_view';
import { Mirrors } from './mirrors';
import { SignIn } from './sign_in';
import { useStore } from './store';
import './studio.css';
import { UploadList } from './upload_list';
import { direction, language, learn, say } from './words';

function usePlace(): string[] {
  const read = () => location.hash.replace(/^#\//, '').split('/').map(decodeURIComponent);
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const go = () => {
      setPlace(read());
      scrollTo(0, 0);
      document.querySelector<HTMLElement>('main')?.focus();
    };
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, []);
  return place;
}

function Studio() {
  const who = useStore(session);
  const [kind, id] = usePlace();
  if (who === undefined) return <p class="wait">{say('One moment…')}</p>;
  if (who === null) return <SignIn />;
  return (
    <>
      <header>
        <a href="#/" class="name">
          {say('Studio')}
        </a>
        <nav>
          <a href="#/mirrors" aria-current={kind === 'mirrors' ? 'page' : undefined}>
            {say('Mirrors')}
          </a>
        </nav>
        <span class="who">
          {who.name}{' '}
          <button type="button" class="plain" onClick={() => void signOut()}>
            {say('Sign out')}
          </button>
        </span>
      </header>
      <main tabIndex={-1}>
        {kind === 'lesson' && id ? (
          <LessonView id={id} key={id} />
        ) : kind === 'course' && id ? (
          <Course id={id} key={id} />
        ) : kind === 'mirrors' ? (
          <Mirrors />
        ) : (
          <>
            <h1 class="unseen">{say('Studio')}</h1>
            <UploadList />
            <JobList />
            <LessonList />
          </>
        )}
      </main>
    </>
  );
}

document.documentElement.lang = language;
document.documentElement.dir = direction;
void learn().then(() => {
  document.title = say('Studio');
  const root = document.getElementById('studio');
  if (root) render(<Studio />, root);
});
resume().catch(() => undefined); // without a line there is the form to sign in with, which says so
