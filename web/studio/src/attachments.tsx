// Work sheets and books beside the video: sent as recordings are, over lines that break, and taken away.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Attachment, Lesson } from './api';
import { Act, Bar } from './parts';
import { useStore } from './store';
import { attach, giveUp, goOn, sendings } from './uploads';
import { megabytes, percent, say } from './words';

interface Props {
  lesson: Lesson;
  front?: string; // of their addresses
  save: (attachments: Attachment[]) => Promise<unknown>;
  arrived: () => Promise<unknown>;
}

export function Attachments({ lesson, front, save, arrived }: Props) {
  const coming = useStore(sendings).filter((one) => one.attach === lesson.id);
  const chooser = useRef<HTMLInputElement>(null);
  const [trouble, setTrouble] = useState('');
  const done = coming.find((one) => one.state === 'done');
  useEffect(() => {
    if (done) void arrived().then(() => giveUp(done.key), (problem) => setTrouble(String(problem)));
  }, [done?.key]);
  return (
    <section class="card" aria-labelledby="attachments">
      <h2 id="attachments">{say('Work sheets and books')}</h2>
      <ul class="rows">
        {lesson.attachments.map((one) => (
          <li key={one.name} class="caption">
            <span class="title">
              {one.sha256 && front ? <a href={`${front}${encodeURIComponent(one.name)}`}>{one.name}</a> : one.name}
              <small>{one.bytes === null ? say('its file has not come') : megabytes(one.bytes)}</small>
            </span>
            <Act run={() => save(lesson.attachments.filter((other) => other !== one))} kind="plain" label={say('Remove {0}', one.name)}>
              {say('Remove')}
            </Act>
          </li>
        ))}
        {coming.map((one) => (
          <li key={one.key}>
            <div class="title">
              {one.name} <small>{one.problem ?? percent(one.bytes ? one.sent / one.bytes : 0)}</small>
            </div>
            <Bar fraction={one.bytes ? one.sent / one.bytes : 0} label={say('Upload of {0}', one.name)} />
            {one.state === 'refused' && (
              <button type="button" onClick={() => goOn(one.key)} aria-label={say('Try again: {0}', one.name)}>
                {say('Try again')}
              </button>
            )}
            {one.state !== 'done' && (
              <button type="button" class="plain" onClick={() => giveUp(one.key)} aria-label={say('Give up {0}', one.name)}>
                {say('Give up')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <button type="button" onClick={() => chooser.current?.click()}>
        {say('Attach files')}
      </button>
      <input
        ref={chooser}
        type="file"
        multiple
        class="unseen"
        tabIndex={-1}
        aria-label={say('Attach files')}
        onChange={(event) => {
          if (event.currentTarget.files) attach([...event.currentTarget.files], lesson.id);
          event.currentTarget.value = '';
        }}
      />
    </section>
  );
}
