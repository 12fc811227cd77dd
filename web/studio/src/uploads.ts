// Recordings on their way to the server by tus 1.0 (docs/uploads.md), over lines that drop: tus-js-client keeps each upload's address, so
// that the same file goes on where it was, also after the page was closed. One at a time, in the order they were dropped: two would only
// share the line. Files that stand beside a lesson go the same way. Any cut is tried again for as long as the page is open; only a refusal (4xx) ends an upload.
import { type DetailedError, Upload } from 'tus-js-client';
import { session } from './api';
import { Store } from './store';

export interface Sending {
  key: number;
  name: string;
  bytes: number;
  sent: number;
  state: 'waiting' | 'sending' | 'cut' | 'paused' | 'done' | 'refused';
  problem?: string;
  lesson?: string;
  duplicate?: boolean;
  attach?: string; // the lesson beside which it will stand
}

export const sendings = new Store<Sending[]>([]);

const kRetryMs = [500, 1000, 2000, 4000, 8000];
const uploads = new Map<number, Upload>();
let keys = 0;

function change(key: number, to: Partial<Sending>): void {
  sendings.set(sendings.get().map((one) => (one.key === key ? { ...one, ...to } : one)));
}

const find = (key: number) => sendings.get().find((one) => one.key === key);

function refusalOf(error: Error | DetailedError): string | undefined {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  if (status < 400 || status >= 500 || [408, 409, 423, 429].includes(status)) return undefined;
  if (status === 401) session.set(null); // signed in again, it goes on
  try {
    return JSON.parse(response?.getBody() ?? '').detail ?? error.message;
  } catch {
    return error.message;
  }
}

function made(key: number, file: File, more: Record<string, string>): Upload {
  let failures = 0;
  return new Upload(file, {
    endpoint: '/files/',
    retryDelays: null, // ours has no end
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, filetype: file.type, ...more },
    fingerprint: async () => ['chalkline', file.name, file.type, file.size, file.lastModified, more.attach ?? ''].join('-'),
    onBeforeRequest: (request) => request.setHeader('X-CSRF-Token', session.get()?.csrf ?? ''),
    onProgress: (sent) => {
      failures = 0;
      change(key, { sent, state: 'sending' });
    },
    onAfterResponse: (_request, response) => {
      const lesson = response.getHeader('Chalkline-Lesson');
      if (lesson) change(key, { lesson, duplicate: response.getHeader('Chalkline-Duplicate') === '1' });
    },
    onError: (error) => {
      const problem = refusalOf(error);
      if (problem) {
        change(key, { state: 'refused', problem });
        return next();
      }
      change(key, { state: 'cut' });
      setTimeout(() => {
        if (find(key)?.state === 'cut') start(key);
      }, kRetryMs[Math.min(failures++, kRetryMs.length - 1)]);
    },
    onSuccess: () => {
      change(key, { state: 'done', sent: file.size });
      uploads.delete(key);
      next();
    },
  });
}

function start(key: number): void {
  const upload = uploads.get(key);
  if (!upload) return;
  change(key, { state: 'sending' });
  void upload.findPreviousUploads().then((previous) => {
    if (upload.url === null && previous[0]) upload.resumeFromPreviousUpload(previous[0]);
    upload.start();
  });
}

function next(): void {
  const all = sendings.get();
  if (all.some((one) => one.state === 'sending' || one.state === 'cut')) return;
  const waiting = all.find((one) => one.state === 'waiting');
  if (waiting) start(waiting.key);
}

function add(files: Iterable<File>, metadata: Record<string, string>, shown: Partial<Sending>): void {
  for (const file of files) {
    const key = ++keys;
    uploads.set(key, made(key, file, metadata));
    sendings.set([...sendings.get(), { key, name: file.name, bytes: file.size, sent: 0, state: 'waiting', ...shown }]);
  }
  next();
}

export const send = (files: Iterable<File>, language: string): void => add(files, { state: 'draft', ...(language ? { language } : {}) }, {});

export const attach = (files: Iterable<File>, lesson: string): void => add(files, { attach: lesson }, { attach: lesson });

export function pause(key: number): void {
  void uploads.get(key)?.abort();
  change(key, { state: 'paused' });
  next();
}

export function goOn(key: number): void {
  change(key, { state: 'waiting', problem: undefined });
  next();
}

// With what has come of it.
export function giveUp(key: number): void {
  const upload = uploads.get(key);
  uploads.delete(key);
  sendings.set(sendings.get().filter((one) => one.key !== key));
  void upload?.abort(true).catch(() => undefined);
  next();
}

// A line that is there again need not be waited for.
addEventListener('online', () => {
  for (const one of sendings.get()) if (one.state === 'cut') start(one.key);
});

// Closing the page does not lose what was sent, but it stops the rest.
addEventListener('beforeunload', (event) => {
  if (sendings.get().some((one) => ['waiting', 'sending', 'cut'].includes(one.state))) event.preventDefault();
});
