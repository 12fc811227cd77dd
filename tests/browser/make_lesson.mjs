// The lesson that most browser tests watch, made where the build's own is not there yet: before them all, by CTest's fixture
// watched_lesson, so that they may run beside each other. CHALKLINE and WORK as in support/stage.mjs.
import { mkdir } from 'node:fs/promises';
import { sharedLesson } from './support/lesson.mjs';
import { chalkline, work } from './support/stage.mjs';

await mkdir(work, { recursive: true });
const { library, lesson } = await sharedLesson(chalkline, work);
console.log(`${lesson} in ${library}`);
