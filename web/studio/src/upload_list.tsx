// Where recordings are dropped or chosen, and how far each is.
import { useRef, useState } from 'preact/hooks';
import { may } from './api';
import { Bar } from './parts';
import { useStore } from './store';
import { giveUp, goOn, pause, type Sending, send, sendings } from './uploads';
import { megabytes, percent, say } from './words';

const kStates: Record<Sending['state'], string> = {
  waiting: 'waits its turn',
  sending: 'on its way',
  cut: 'the line is broken; it goes on by itself',
  paused: 'paused',
  done: 'arrived',
  refused: 'refused',
};

function Row({ one }: { one: Sending }) {
  const fraction = one.bytes > 0 ? one.sent / one.bytes : 0;
  return (
    <li class={`sending ${one.state}`}>
      <div class="title">
        {one.lesson ? <a href={`#/lesson/${one.lesson}`}>{one.name}</a> : one.name}
        <small>
          {percent(fraction)} · {megabytes(one.bytes)} · {one.duplicate ? say('is a lesson already') : say(kStates[one.state])}
        </small>
      </div>
      <Bar fraction={fraction} label={say('Upload of {0}', one.name)} />
      {one.problem && <p class="trouble">{one.problem}</p>}
      <div class="acts">
        {(one.state === 'sending' || one.state === 'cut' || one.state === 'waiting') && (
          <button type="button" onClick={() => pause(one.key)} aria-label={say('Pause {0}', one.name)}>
            {say('Pause')}
          </button>
        )}
        {(one.state === 'paused' || one.state === 'refused') && (
          <button type="button" onClick={() => goOn(one.key)} aria-label={say('Go on with {0}', one.name)}>
            {say('Go on')}
          </button>
        )}
        <button type="button" class="plain" onClick={() => giveUp(one.key)} aria-label={one.state === 'done' ? say('Hide {0}', one.name) : say('Give up {0}', one.name)}>
          {one.state === 'done' ? say('Hide') : say('Give up')}
        </button>
      </div>
    </li>
  );
}

export function UploadList() {
  const all = useStore(sendings);
  const [over, setOver] = useState(false);
  const [language, setLanguage] = useState('');
  const chooser = useRef<HTMLInputElement>(null);
  if (!may('editor')) return null;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer?.files.length) send(event.dataTransfer.files, language);
  };
  return (
    <section aria-labelledby="uploads">
      <h2 id="uploads">{say('New recordings')}</h2>
      <div
        class={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p>{say('Drop recordings here. A line that breaks costs nothing: they go on where they were.')}</p>
        <div class="row">
          <label>
            {say('Language spoken')}
            <input value={language} placeholder="en, sw, ar…" dir="ltr" size={8} pattern="[A-Za-z0-9\-]*" onInput={(event) => setLanguage(event.currentTarget.value.trim())} />
          </label>
          <button type="button" class="main" onClick={() => chooser.current?.click()}>
            {say('Choose recordings')}
          </button>
        </div>
        <input
          ref={chooser}
          type="file"
          multiple
          accept="video/*,audio/*,.mkv,.ts,.mpg,.flv"
          class="unseen"
          tabIndex={-1}
          aria-label={say('Choose recordings')}
          onChange={(event) => {
            if (event.currentTarget.files) send([...event.currentTarget.files], language);
            event.currentTarget.value = '';
          }}
        />
      </div>
      <ul class="rows">
        {all.filter((one) => !one.attach).map((one) => (
          <Row one={one} key={one.key} />
        ))}
      </ul>
    </section>
  );
}
