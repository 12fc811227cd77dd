// Saves the lessons of a course one after the other, each with its cheapest picture or with sound alone; those that are on this
// device already stay as they are, and one that was begun goes on with the picture that it was begun with. A lesson that cannot
// be saved does not keep the others from it. Called by the panel.
import { rungs } from '../lesson';
import type { AudioCodec } from '../lesson';
import { codecFor, inCodec } from '../saver';
import { fetchAll } from './fetch_whole';
import { findRecord, listSaved } from './records';
import { factsIn, saveLesson } from './save';
import type { Progress } from './save';

export interface CourseLesson {
  id: string;
  title: string;
  bytes: number; // of the cheapest picture with its sound
  sound_bytes: number;
  beside_bytes?: number; // captions and pictures that are saved with it; absent: a server of before does not say
}

export interface Failure {
  title: string; // of the lesson
  reason: unknown;
}

const costOf = ({ bytes, sound_bytes, beside_bytes = 0 }: CourseLesson, soundOnly: boolean): number => (soundOnly || bytes === 0 ? sound_bytes : bytes) + beside_bytes;

/** What saving the rest of the course costs, in bytes. Pure. */
export const restOf = (course: CourseLesson[], saved: ReadonlySet<string>, soundOnly: boolean): { lessons: CourseLesson[]; bytes: number } => {
  const lessons = course.filter(({ id }) => !saved.has(id));
  return { lessons, bytes: lessons.reduce((sum, one) => sum + costOf(one, soundOnly), 0) };
};

// The course of a lesson; rejects without a network.
export async function courseOf(lesson: string): Promise<CourseLesson[]> {
  const answer = await fetch(`/l/${encodeURIComponent(lesson)}/course.json`);
  return ((await answer.json()) as { lessons: CourseLesson[] }).lessons;
}

const savedIds = async (): Promise<Set<string>> => new Set((await listSaved()).filter(({ complete }) => complete).map(({ lesson }) => lesson));

interface Manner {
  soundOnly: boolean;
  soundName: string;
  codec: AudioCodec;
  language: string;
  scripts: string[];
}

async function saveOne(id: string, { soundOnly, soundName, ...how }: Manner, signal: AbortSignal, came: (progress: Progress) => void): Promise<void> {
  const page = new TextDecoder().decode(await fetchAll(`/watch/${encodeURIComponent(id)}`, signal));
  const facts = factsIn(page);
  const lesson = inCodec(facts, await codecFor(facts)); // as the page that plays it chooses
  const begun = await findRecord(id);
  const wished = rungs(facts).find((rung) => rung.id === begun?.rung);
  const [cheapest] = rungs(lesson).sort((a, b) => a.average_bandwidth - b.average_bandwidth);
  const picture = wished ?? (soundOnly || begun?.rung === '' ? undefined : cheapest);
  const rung = picture?.id ?? '';
  const name = picture ? `${picture.height ?? 0}p` : soundName;
  await saveLesson({ ...how, lesson, page, rung, name }, signal, came);
}

// `came`: bytes of the whole rest, and of the lesson under way; `ended`: one lesson is saved. Resolves with those that could not be
// saved; rejects with an AbortError when `signal` pauses it, and at the end where one was removed meanwhile and nothing else is wrong: then
// the course is not all there, by somebody's wish. Called again it goes on.
export async function saveCourse(
  course: CourseLesson[], how: Manner, signal: AbortSignal,
  came: (progress: Progress, lesson: CourseLesson, part: Progress) => void, ended: () => Promise<void>,
): Promise<Failure[]> {
  const { lessons, bytes: all } = restOf(course, await savedIds(), how.soundOnly);
  const failures: Failure[] = [];
  let removed: DOMException | null = null;
  let done = 0;
  for (const one of lessons) {
    const cost = costOf(one, how.soundOnly);
    try {
      await saveOne(one.id, how, signal, (part) => came({ done: done + (part.done / part.all) * cost, all }, one, part));
      await ended();
    } catch (reason) {
      if (signal.aborted) throw reason;
      if (reason instanceof DOMException && reason.name === 'AbortError') removed = reason;
      else failures.push({ title: one.title, reason });
    }
    done += cost;
  }
  if (removed && !failures.length) throw removed;
  return failures;
}
