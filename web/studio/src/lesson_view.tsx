// One lesson: what is said of it, where it stands in the curriculum, its captions, what it costs, how it looks on a phone, and whether
// learners see it. Whoever was slower than somebody else is shown what there is now.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Answer, ask, type Lesson, may, Problem } from './api';
import { Attachments } from './attachments';
import { Captions } from './captions';
import { CostCard } from './cost_card';
import { jobs } from './jobs';
import { type Looks, useLooks } from './looks';
import { Act, State, Trouble, textOf } from './parts';
import { addNode, kKinds, pathOf, placesOf, usePlaces } from './places';
import { Preview } from './preview';
import { directionOf, say } from './words';

type Change = (method: string, path: string, body: unknown, type?: string) => Promise<void>;

function NewCourse({ made }: { made: (id: string) => Promise<unknown> }) {
  const [nodes, load] = usePlaces();
  const [kind, setKind] = useState<(typeof kKinds)[number]>('course');
  const [parent, setParent] = useState('');
  const [title, setTitle] = useState('');
  const above = nodes.filter((node) => kKinds.indexOf(node.kind) < kKinds.indexOf(kind));
  return (
    <details>
      <summary>{say('Add to the curriculum')}</summary>
      <div class="row">
        <label>
          {say('What')}
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as typeof kind)}>
            {kKinds.map((one) => (
              <option key={one} value={one}>
                {say(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say('Below')}
          <select value={parent} onChange={(event) => setParent(event.currentTarget.value)}>
            <option value="">{say('the top')}</option>
            {above.map((node) => (
              <option key={node.id} value={node.id}>
                {pathOf(nodes, node.id)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say('Its name')}
          <input value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <Act
          run={async () => {
            const node = await addNode(kind, title.trim(), parent);
            setTitle('');
            await load();
            if (kind === 'course') await made(node.id);
          }}
        >
          {say('Add')}
        </Act>
      </div>
    </details>
  );
}

// What was typed and not saved yet.
interface Typed {
  text: string;
  over?: string; // what was saved there then: it stands for as long as that is so, else somebody else has changed it; absent: over anything
}

// Words that are not saved yet stay when the lesson is shown anew, for a work sheet that came, or a job that ended.
function Form({ lesson, change }: { lesson: Lesson; change: Change }) {
  const [typed, setTyped] = useState<Record<string, Typed>>({});
  const [nodes, load] = usePlaces();
  const [course, setCourse] = useState(lesson.course_id ?? '');
  useEffect(() => setCourse(lesson.course_id ?? ''), [lesson.course_id]);
  const places = placesOf(nodes);
  const chosen = places.find((place) => place.id === course);
  const [said, setSaid] = useState('');
  const [trouble, setTrouble] = useState('');
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const sent = typed;
    const body = {
      title: text('title'),
      description: text('description'),
      language: text('language') || 'und',
      tags: text('tags').split(',').map((tag) => tag.trim()).filter(Boolean),
      course_id: course || null,
      texts: [
        ...lesson.texts.filter((one) => one.language !== text('other')),
        ...(text('other') && text('other_title') ? [{ language: text('other'), title: text('other_title'), description: '' }] : []),
      ],
    };
    setSaid('');
    setTrouble('');
    change('PATCH', '', body).then(
      () => {
        setSaid(say('Saved.'));
        // What was typed while it was saved stays.
        setTyped((now) => Object.fromEntries(Object.entries(now).filter(([name, one]) => one !== sent[name]).map(([name, { text }]) => [name, { text }])));
      },
      (problem) => setTrouble(textOf(problem)),
    );
  };
  const readOnly = !may('editor');
  const field = (name: string, saved: string) => ({
    name,
    value: typed[name] && (typed[name].over ?? saved) === saved ? typed[name].text : saved,
    readOnly,
    onInput: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => setTyped((now) => ({ ...now, [name]: { text: value, over: saved } })),
  });
  return (
    <form class="card" onSubmit={save}>
      <label>
        {say('Title')}
        <input {...field('title', lesson.title)} dir="auto" required />
      </label>
      <label>
        {say('Description')}
        <textarea {...field('description', lesson.description)} dir="auto" rows={3} />
      </label>
      <div class="row">
        <label>
          {say('Language spoken')}
          <input {...field('language', lesson.language === 'und' ? '' : lesson.language)} size={8} dir="ltr" />
        </label>
        <label class="wide">
          {say('Course')}
          <select value={course} disabled={readOnly} {...(chosen ? { dir: directionOf(chosen.name) } : {})} onChange={(event) => setCourse(event.currentTarget.value)} onFocus={() => void load().catch(() => undefined)}>
            <option value="">{say('none')}</option>
            {places.map((place) => (
              <option key={place.id} value={place.id} dir="auto">
                {place.name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label>
        {say('Tags, with commas between')}
        <input {...field('tags', lesson.tags.join(', '))} dir="auto" />
      </label>
      <details>
        <summary>{say('Title in other languages ({0})', lesson.texts.length)}</summary>
        <ul>
          {lesson.texts.map((text) => (
            <li key={text.language}>
              {text.language}: <span dir="auto">{text.title}</span>
            </li>
          ))}
        </ul>
        <div class="row">
          <label>
            {say('Language')}
            <input {...field('other', '')} size={8} dir="ltr" />
          </label>
          <label class="wide">
            {say('Title in it')}
            <input {...field('other_title', '')} dir="auto" />
          </label>
        </div>
      </details>
      {!readOnly && (
        <>
          <NewCourse
            made={async (id) => {
              await load();
              setCourse(id);
            }}
          />
          <Trouble text={trouble} />
          <div class="acts">
            <button type="submit" class="main">
              {say('Save')}
            </button>
            <span role="status">{said}</span>
          </div>
        </>
      )}
    </form>
  );
}

// What stands beside the form.
function Cards({ lesson, looks, change, load }: { lesson: Lesson; looks: Looks | undefined; change: Change; load: () => Promise<unknown> }) {
  const saveCaptions = (language: string, vtt: string | null) =>
    vtt === null ? change('DELETE', `/captions/${language}`, undefined) : change('PUT', `/captions/${language}`, vtt, 'text/vtt');
  return (
    <div>
      <CostCard lesson={lesson} {...(looks ? { files: looks.files } : {})} />
      {may('editor') && <Captions lesson={lesson} save={saveCaptions} />}
      {may('editor') && (
        <Attachments
          lesson={lesson}
          {...(looks ? { front: looks.attachments } : {})}
          save={(attachments) => change('PATCH', '', { attachments })}
          arrived={load}
        />
      )}
      <Preview key={`${lesson.state} ${lesson.version}`} lesson={lesson} />
    </div>
  );
}

export function LessonView({ id }: { id: string }) {
  const [answer, setAnswer] = useState<Answer<Lesson> | undefined>();
  const [trouble, setTrouble] = useState('');
  const load = useCallback(
    () =>
      ask<Lesson>('GET', `/lessons/${id}`).then(
        (found) => {
          setAnswer(found);
          setTrouble('');
        },
        (problem) => setTrouble(textOf(problem)),
      ),
    [id],
  );
  useEffect(() => void load(), [load]);
  // Its job ended: there is a version, or another one.
  useEffect(() => {
    const states = () => jobs.get().filter((job) => job.lesson === id).map((job) => `${job.id}${job.state}`).join();
    let before = states();
    return jobs.watch(() => {
      if (states() !== before) void load();
      before = states();
    });
  }, [id, load]);
  const looks = useLooks(answer?.value);
  if (!answer) return trouble ? <Trouble text={trouble} /> : <p class="wait">{say('One moment…')}</p>;
  const lesson = answer.value;
  const change: Change = async (method, path, body, type) => {
    try {
      const made = await ask<Lesson>(method, `/lessons/${id}${path}`, { etag: answer.etag, ...(body === undefined ? {} : { body }), ...(type ? { type } : {}) });
      setAnswer(made);
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 412) await load();
      throw problem;
    }
  };
  const setState = (state: Lesson['state']) => change('PATCH', '', { state });
  return (
    <>
      <p>
        <a href="#/">{say('All lessons')}</a>
      </p>
      <h1>
        <span dir="auto">{lesson.title}</span> <State of={lesson.state} />
      </h1>
      <Trouble text={trouble} />
      <div class="acts">
        {may('editor') && lesson.state !== 'published' && (
          <Act run={() => setState('published')} kind="main">
            {say('Publish')}
          </Act>
        )}
        {may('editor') && lesson.state === 'published' && <Act run={() => setState('withdrawn')}>{say('Withdraw')}</Act>}
        {lesson.state === 'published' && looks && <a href={looks.closed ? looks.watch : lesson.watch}>{say('Watch page')}</a>}
        {lesson.course_id && <a href={`#/course/${lesson.course_id}`}>{say('Order of the course')}</a>}
      </div>
      {!lesson.version && <p class="hint">{say('The lesson has no version yet: learners see it when its job has ended and it is published.')}</p>}
      {lesson.warnings?.map((warning) => (
        <p class="trouble" key={warning}>
          {warning}
        </p>
      ))}
      <div class="columns">
        <Form lesson={lesson} change={change} />
        <Cards lesson={lesson} looks={looks} change={change} load={load} />
      </div>
    </>
  );
}
