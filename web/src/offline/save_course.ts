// Saves the lessons of a course one after the other, each with its cheapest picture or with sound alone; those that are on this
// device already stay as they are. Called by the panel.
import { rungs } from '../lesson';
import type { AudioCodec, Lesson } from '../lesson';
import { inCodec } from '../saver';
import { fetchAll } from './fetch_whole';
import { listSaved } from './records';
import { factsIn, saveLesson } from './save';
import type { Progress } from './save';

export interface CourseLesson {
  id: string;
  title: string;
  bytes: number; // of the cheapest picture with its sound
  sound_bytes: number;
}

const costOf = ({ bytes, sound_bytes }: CourseLesson, soundOnly: boolean): number => (soundOnly || bytes === 0 ? sound_bytes : bytes);

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

async function lessonOf(id: string, signal: AbortSignal): Promise<Lesson> {
  return inCodec(factsIn(new TextDecoder().decode(await fetchAll(`/watch/${encodeURIComponent(id)}`, signal))), 'h264');
}

// `came`: bytes of the whole rest. Rejects as saveLesson; called again it goes on.
export async function saveCourse(
  course: CourseLesson[], what: { soundOnly: boolean; soundName: string; codec: AudioCodec; language: string; scripts: string[] },
  signal: AbortSignal, came: (progress: Progress, lesson: CourseLesson) => void,
): Promise<void> {
  const { lessons, bytes: all } = restOf(course, await savedIds(), what.soundOnly);
  let done = 0;
  for (const one of lessons) {
    const lesson = await lessonOf(one.id, signal);
    const rung = what.soundOnly ? undefined : rungs(lesson).sort((a, b) => a.average_bandwidth - b.average_bandwidth)[0];
    const name = rung ? `${rung.height ?? 0}p` : what.soundName;
    await saveLesson({ lesson, codec: what.codec, language: what.language, rung: rung?.id ?? '', name, scripts: what.scripts }, signal,
      (part) => came({ done: done + (part.done / part.all) * costOf(one, what.soundOnly), all }, one));
    done += costOf(one, what.soundOnly);
  }
}
