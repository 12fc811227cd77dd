// Where a lesson is looked at: at addresses of one's own (docs/api.md, preview), since learners do not see a draft, and where lessons are
// closed nobody sees any without a token.
import { useEffect, useState } from 'preact/hooks';
import { ask, type Lesson, may } from './api';

export interface Looks {
  watch: string;
  embed: string;
  files: string; // in front of the version's files
  attachments: string; // in front of their names
  closed: boolean; // the lesson's own address is not enough
}

const kAnew = 3_600_000; // ms: well before they end

const mayLook = (lesson: Lesson): boolean => may('editor') || lesson.state === 'published';

/** There is a version. */
export const looksAt = async (lesson: Lesson): Promise<Looks> =>
  mayLook(lesson)
    ? (await ask<Looks>('POST', `/lessons/${lesson.id}/preview`)).value
    : { watch: lesson.watch, embed: `/embed/${lesson.id}`, files: lesson.base ?? '', attachments: `/l/${lesson.id}/files/`, closed: false };

/** The same for what is on the screen; none while they are asked for, and where there is no version. */
export function useLooks(lesson: Lesson | undefined): Looks | undefined {
  const [looks, setLooks] = useState<Looks>();
  useEffect(() => {
    setLooks(undefined);
    if (!lesson?.version) return;
    let wanted = true;
    const look = () => void looksAt(lesson).then((found) => wanted && setLooks(found), () => undefined);
    look();
    const anew = setInterval(look, kAnew);
    return () => {
      wanted = false;
      clearInterval(anew);
    };
  }, [lesson?.id, lesson?.version, lesson && mayLook(lesson)]);
  return looks;
}
