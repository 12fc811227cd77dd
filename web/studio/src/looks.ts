// Where a lesson is looked at. An editor looks at addresses of his own (docs/api.md, preview): learners do not see a draft, and where
// lessons are closed nobody sees any without a token. Others have the addresses that learners have.
import { useEffect, useState } from 'preact/hooks';
import { ask, type Lesson, may } from './api';

export interface Looks {
  watch: string;
  embed: string;
  files: string; // in front of the version's files
  attachments: string; // in front of their names
}

const kAnew = 3_600_000; // ms: well before they end

/** There is a version. */
export const looksAt = async (lesson: Lesson): Promise<Looks> =>
  may('editor')
    ? (await ask<Looks>('POST', `/lessons/${lesson.id}/preview`)).value
    : { watch: lesson.watch, embed: `/embed/${lesson.id}`, files: lesson.base ?? '', attachments: `/l/${lesson.id}/files/` };

/** The same for what is on the screen; none while they are asked for, and where there is no version. */
export function useLooks(lesson: Lesson): Looks | undefined {
  const [looks, setLooks] = useState<Looks>();
  useEffect(() => {
    setLooks(undefined);
    if (!lesson.version) return;
    let wanted = true;
    const look = () => void looksAt(lesson).then((found) => wanted && setLooks(found), () => undefined);
    look();
    const anew = setInterval(look, kAnew);
    return () => {
      wanted = false;
      clearInterval(anew);
    };
  }, [lesson.id, lesson.version]);
  return looks;
}
