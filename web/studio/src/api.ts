// The server's API (docs/api.md) as the studio uses it: the session's cookie goes along by itself, its csrf with every change. A
// refusal is a Problem, whose text is fit for people. A session that has ended is told to whoever listens, once.
import { Store } from './store';

export interface Session {
  name: string;
  role: 'reader' | 'editor' | 'operator' | 'admin';
  csrf: string;
}

export interface Translation {
  language: string;
  title: string;
  description: string;
}

export interface Rendition {
  id: string;
  kind: 'video' | 'audio';
  codec: string;
  height?: number;
  width?: number;
  track?: string;
  bytes: number;
  average_bandwidth: number;
  default?: boolean;
}

export interface Attachment {
  name: string;
  media_type: string;
  sha256: string | null; // null until its file is there
  bytes: number | null;
}

export interface Lesson {
  id: string;
  title: string;
  description: string;
  language: string;
  course: string;
  course_id: string | null;
  position: number;
  state: 'draft' | 'published' | 'withdrawn';
  tags: string[];
  texts: Translation[];
  attachments: Attachment[];
  version: string | null;
  watch: string;
  updated_ms: number;
  base?: string;
  duration_ms?: number;
  renditions?: Rendition[];
  text?: { language: string; label: string; path?: string }[];
  warnings?: string[];
  waiting_captions?: string[]; // their languages: joined when the recording's job has ended
}

export interface Node {
  id: string;
  kind: 'country' | 'grade' | 'subject' | 'course';
  parent: string | null;
  title: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const session = new Store<Session | null | undefined>(undefined); // undefined: not known yet

const kChanges = ['POST', 'PUT', 'PATCH', 'DELETE'];

async function problemOf(response: Response): Promise<Problem> {
  let text = response.statusText;
  try {
    const body = await response.json();
    const faults = (body.errors ?? []).map((fault: { pointer: string; detail: string }) => `${fault.pointer.replace('#/', '')} ${fault.detail}`);
    text = faults.length ? faults.join('; ') : (body.detail ?? body.title ?? text);
  } catch {
    // not a problem document: its status says what there is to say
  }
  return new Problem(response.status, text || `HTTP ${response.status}`);
}

export interface Answer<T> {
  value: T;
  etag: string;
}

export async function ask<T>(method: string, path: string, options: { body?: unknown; etag?: string; type?: string } = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = {};
  const csrf = session.get()?.csrf;
  if (csrf && kChanges.includes(method)) headers['X-CSRF-Token'] = csrf;
  if (options.etag) headers['If-Match'] = options.etag;
  let body: BodyInit | undefined;
  if (options.body !== undefined) {
    headers['Content-Type'] = options.type ?? 'application/json';
    body = options.type ? (options.body as BodyInit) : JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body, cache: 'no-store' });
  } catch {
    throw new Problem(0, 'offline');
  }
  if (response.status === 401 && session.get() && path !== '/session') session.set(null);
  if (!response.ok) throw await problemOf(response);
  const value = response.status === 204 ? undefined : await response.json();
  return { value: value as T, etag: response.headers.get('ETag') ?? '' };
}

/** What is at an address of the server's, beside the API. */
export async function fileText(address: string): Promise<string> {
  const response = await fetch(address).catch(() => undefined);
  if (!response) throw new Problem(0, 'offline');
  if (!response.ok) throw await problemOf(response);
  return response.text();
}

export const get = async <T>(path: string): Promise<T> => (await ask<T>('GET', path)).value;

export async function resume(): Promise<void> {
  try {
    session.set(await get<Session>('/session'));
  } catch (problem) {
    session.set(null);
    if (!(problem instanceof Problem) || problem.status !== 401) throw problem;
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  session.set((await ask<Session>('POST', '/session', { body: { name, password } })).value);
}

export async function signOut(): Promise<void> {
  await ask('DELETE', '/session').catch(() => undefined);
  session.set(null);
}

export const may = (role: Session['role']): boolean => {
  const roles = ['reader', 'editor', 'operator', 'admin'];
  return roles.indexOf(session.get()?.role ?? '') >= roles.indexOf(role);
};
