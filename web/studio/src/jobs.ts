// The jobs as the server tells them (GET /api/v1/jobs/events), for as long as somebody is signed in. The browser asks again by itself
// when the line drops; the first event is then the whole state. Where the server refuses, whether the session still stands is asked.
import { ask, resume, session } from './api';
import { Store } from './store';

export interface Job {
  id: number;
  kind: 'transcode' | 'improve';
  lesson: string;
  source_name: string;
  state: 'queued' | 'running' | 'published' | 'failed' | 'cancelled';
  fraction: number;
  seconds_left: number | null;
  stage?: string;
  rungs?: { name: string; fraction: number }[];
  tries: number;
  failure: string | null;
  priority: number;
  updated_ms: number;
}

export const jobs = new Store<Job[]>([]);
export const line = new Store<'open' | 'broken'>('open');

const newestFirst = (a: Job, b: Job) => b.id - a.id;
let source: EventSource | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

function take(job: Job): void {
  jobs.set([job, ...jobs.get().filter((other) => other.id !== job.id)].sort(newestFirst));
}

function close(): void {
  clearTimeout(again);
  source?.close();
  source = undefined;
}

function open(): void {
  close();
  source = new EventSource('/api/v1/jobs/events');
  source.addEventListener('jobs', (event) => {
    line.set('open');
    jobs.set((JSON.parse((event as MessageEvent).data) as { jobs: Job[] }).jobs.sort(newestFirst));
  });
  source.addEventListener('job', (event) => take(JSON.parse((event as MessageEvent).data) as Job));
  source.addEventListener('open', () => line.set('open'));
  source.addEventListener('error', () => {
    line.set('broken');
    if (source?.readyState !== EventSource.CLOSED) return; // it tries by itself
    again = setTimeout(() => void resume().catch(() => open()), 5000);
  });
}

let signedInAs = '';
session.watch(() => {
  const name = session.get()?.name ?? '';
  if (name === signedInAs && source?.readyState !== EventSource.CLOSED) return;
  signedInAs = name;
  if (name) open();
  else close();
});

export async function act(job: Job, what: 'cancel' | 'retry'): Promise<void> {
  take((await ask<Job>('POST', `/jobs/${job.id}/${what}`)).value);
}

export async function prefer(job: Job, priority: number): Promise<void> {
  take((await ask<Job>('PATCH', `/jobs/${job.id}`, { body: { priority } })).value);
}
