// A lesson's captions: a file in a language, WebVTT or SubRip, or written by hand beside the lesson as it plays. Each change is a
// version of the lesson more, so it is sent once, when all is said.
import { useRef, useState } from 'preact/hooks';
import { fileText, type Lesson } from './api';
import { type Cue, readCues, readTime, timeText, writeCues } from './cues';
import { jobs } from './jobs';
import { looksAt } from './looks';
import { Act, textOf } from './parts';
import { say } from './words';

type Save = (language: string, vtt: string | null) => Promise<unknown>;

function Row({ cue, number, change, remove, now }: { cue: Cue; number: number; change: (to: Cue) => void; remove: () => void; now: () => number }) {
  const time = (key: 'start' | 'end', label: string) => (
    <label>
      {label}
      <input
        size={12}
        value={timeText(cue[key])}
        onChange={(event) => {
          const at = readTime(event.currentTarget.value);
          if (Number.isNaN(at)) event.currentTarget.value = timeText(cue[key]);
          else change({ ...cue, [key]: at });
        }}
      />
      <button type="button" class="plain" aria-label={say('{0} of caption {1}: now', label, number)} onClick={() => change({ ...cue, [key]: now() })}>
        {say('now')}
      </button>
    </label>
  );
  return (
    <li class={cue.end > cue.start ? '' : 'wrong'}>
      <div class="row">
        {time('start', say('From'))}
        {time('end', say('To'))}
        <button type="button" class="plain" onClick={remove} aria-label={say('Remove caption {0}', number)}>
          {say('Remove')}
        </button>
      </div>
      <textarea rows={2} dir="auto" aria-label={say('Caption {0}', number)} value={cue.text} onInput={(event) => change({ ...cue, text: event.currentTarget.value })} />
    </li>
  );
}

function Editor({ address, language, begun, save, close }: { address: string; language: string; begun: Cue[]; save: Save; close: () => void }) {
  const [cues, setCues] = useState(begun);
  const video = useRef<HTMLIFrameElement>(null);
  const position = useRef(0);
  // The embed page tells where it is (docs/embedding.md).
  const frame = (element: HTMLIFrameElement | null) => {
    if (!element || video.current === element) return;
    video.current = element;
    addEventListener('message', ({ source, data }: MessageEvent<{ position?: number } | null>) => {
      if (source === element.contentWindow && typeof data?.position === 'number') position.current = data.position;
    });
  };
  const now = () => Math.round(position.current * 1000) / 1000;
  const add = () => setCues([...cues, { start: now(), end: now() + 3, text: '', settings: '' }]);
  const whole = cues.filter((cue) => cue.text.trim());
  return (
    <div class="editor">
      {address && <iframe ref={frame} title={say('The lesson')} src={address} />}
      <ol>
        {cues.map((cue, i) => (
          <Row key={i} cue={cue} number={i + 1} now={now} change={(to) => setCues(cues.map((one, j) => (j === i ? to : one)))} remove={() => setCues(cues.filter((_one, j) => j !== i))} />
        ))}
      </ol>
      <div class="acts">
        <button type="button" onClick={add}>
          {say('Another caption')}
        </button>
        <Act kind="main" run={() => save(language, writeCues(whole)).then(close)}>
          {say('Save captions')}
        </Act>
        <button type="button" class="plain" onClick={close}>
          {say('Leave as they were')}
        </button>
      </div>
    </div>
  );
}

export function Captions({ lesson, save }: { lesson: Lesson; save: Save }) {
  const [language, setLanguage] = useState(lesson.language === 'und' ? 'en' : lesson.language);
  const [edited, setEdited] = useState<{ language: string; cues: Cue[]; address: string } | null>(null);
  const [trouble, setTrouble] = useState('');
  const chooser = useRef<HTMLInputElement>(null);
  // Its recording is on its way: what is added now waits for it.
  const coming = jobs.get().some((job) => job.lesson === lesson.id && job.kind === 'transcode' && ['queued', 'running'].includes(job.state));
  const edit = async (of: string, cues: Cue[]) => setEdited({ language: of, cues, address: lesson.version ? (await looksAt(lesson)).embed : '' });
  const take = async (file: File) => {
    const cues = readCues(await file.text());
    setTrouble(cues.length ? '' : say('{0} holds no captions: WebVTT or SubRip is wanted.', file.name));
    if (cues.length) await edit(language, cues);
  };
  const open = async (text: { language: string; path?: string }) => {
    const { files } = await looksAt(lesson);
    await edit(text.language, readCues(await fileText(`${files}${text.path}`)));
  };
  return (
    <section class="card" aria-labelledby="captions">
      <h2 id="captions">{say('Captions')}</h2>
      <ul class="rows">
        {lesson.text?.map((text) => (
          <li key={text.language} class="caption">
            <span class="title">
              {text.label} <small>{text.language}</small>
            </span>
            <span class="acts">
              {text.path && (
                <Act run={() => open(text)} label={say('Edit {0}', text.label)}>
                  {say('Edit')}
                </Act>
              )}
              <Act run={() => save(text.language, null)} kind="plain" label={say('Remove {0}', text.label)}>
                {say('Remove')}
              </Act>
            </span>
          </li>
        ))}
        {lesson.waiting_captions?.map((waiting) => (
          <li key={`waiting-${waiting}`} class="caption waiting">
            <span class="title">
              {waiting} <small>{say('waits for the recording')}</small>
            </span>
            <span class="acts">
              <Act run={() => save(waiting, null)} kind="plain" label={say('Remove {0}', waiting)}>
                {say('Remove')}
              </Act>
            </span>
          </li>
        ))}
      </ul>
      {!lesson.version && !coming && <p class="none">{say('When the lesson is ready, captions can be added.')}</p>}
      {(lesson.version || coming) && !edited && (
        <div class="row">
          <label>
            {say('Language of the captions')}
            <input value={language} size={8} onInput={(event) => setLanguage(event.currentTarget.value.trim())} />
          </label>
          <button type="button" onClick={() => chooser.current?.click()}>
            {say('Choose a file')}
          </button>
          <Act run={() => edit(language, [{ start: 0, end: 3, text: '', settings: '' }])}>{say('Write them')}</Act>
          <input
            ref={chooser}
            type="file"
            accept=".vtt,.srt,text/vtt"
            class="unseen"
            tabIndex={-1}
            aria-label={say('Captions file')}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) take(file).catch((problem) => setTrouble(textOf(problem)));
              event.currentTarget.value = '';
            }}
          />
        </div>
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {edited && <Editor address={edited.address} language={edited.language} begun={edited.cues} save={save} close={() => setEdited(null)} />}
    </section>
  );
}
