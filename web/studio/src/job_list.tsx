// What the server is making of the recordings, as it goes. A job that failed says why and what to do; its sentence is the server's own.
import { may } from './api';
import { act, type Job, jobs, line, prefer } from './jobs';
import { Act, Bar } from './parts';
import { useStore } from './store';
import { duration, percent, say } from './words';

const kStages: Record<string, string> = {
  probing: 'looks at the recording',
  analysing: 'analyses the pictures',
  encoding: 'encodes',
  publishing: 'puts it together',
};

function stateOf(job: Job): string {
  if (job.state === 'queued') return job.kind === 'improve' ? say('waits: a smaller version') : job.failure ? say('waits for another try') : say('waits its turn');
  if (job.state === 'published') return job.kind === 'improve' ? say('improved') : say('ready');
  if (job.state === 'failed') return say('failed');
  if (job.state === 'cancelled') return say('cancelled');
  const stage = job.kind === 'improve' ? say('makes a smaller version') : say(kStages[job.stage ?? ''] ?? 'begins');
  const left = job.seconds_left === null ? '' : ` · ${say('{0} left', duration(job.seconds_left))}`;
  return `${stage} · ${percent(job.fraction)}${left}`;
}

function Row({ job }: { job: Job }) {
  const open = job.state === 'queued' || job.state === 'running';
  const named = job.source_name || job.lesson;
  return (
    <li class={`job ${job.state}`} data-job={job.id}>
      <div class="title">
        <a href={`#/lesson/${job.lesson}`}>{named}</a>
        <small>{stateOf(job)}</small>
      </div>
      {job.state === 'running' && <Bar fraction={job.fraction} label={say('Progress of {0}', named)} />}
      {job.state === 'running' && (job.rungs?.length ?? 0) > 0 && (
        <ul class="rungs">
          {job.rungs?.map((rung) => (
            <li key={rung.name}>
              {rung.name} <b>{percent(rung.fraction)}</b>
            </li>
          ))}
        </ul>
      )}
      {job.failure && <p class="trouble">{job.failure}</p>}
      {may('operator') && (
        <div class="acts">
          {job.state === 'queued' && (
            <Act run={() => prefer(job, Math.min(100, job.priority + 10))} label={say('{0} goes sooner', named)}>
              {say('Sooner')}
              {job.priority !== 0 && ` (${job.priority})`}
            </Act>
          )}
          {open && (
            <Act run={() => act(job, 'cancel')} kind="plain" label={say('Cancel {0}', named)}>
              {say('Cancel')}
            </Act>
          )}
          {(job.state === 'failed' || job.state === 'cancelled') && (
            <Act run={() => act(job, 'retry')} label={say('Try again: {0}', named)}>
              {say('Try again')}
            </Act>
          )}
        </div>
      )}
    </li>
  );
}

// Open jobs and failures first; what ended well is a line that can be opened.
export function JobList() {
  const all = useStore(jobs);
  const state = useStore(line);
  const rank = (job: Job) => ['running', 'failed', 'queued'].indexOf(job.state);
  const shown = all.filter((job) => rank(job) >= 0).sort((a, b) => rank(a) - rank(b));
  const ended = all.filter((job) => rank(job) < 0);
  return (
    <section aria-labelledby="jobs">
      <h2 id="jobs">{say('In the making')}</h2>
      {state === 'broken' && <p class="trouble">{say('The line is broken: this is how it was. It goes on by itself.')}</p>}
      {shown.length === 0 && <p class="none">{say('Nothing is being made just now.')}</p>}
      <ul class="rows">
        {shown.map((job) => (
          <Row job={job} key={job.id} />
        ))}
      </ul>
      {ended.length > 0 && (
        <details>
          <summary>{say('Ended in the last day: {0}', ended.length)}</summary>
          <ul class="rows">
            {ended.map((job) => (
              <Row job={job} key={job.id} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
