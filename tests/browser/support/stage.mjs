// What a browser test stands on: a lesson in a library, its server, a line between where one is asked for, and a browser. Opened
// before the tests of a file and closed after them. CHALKLINE, WORK and, for a lesson made before, LIBRARY and LESSON (its id)
// come from the environment.
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ownLesson } from './lesson.mjs';
import { openLink } from './link.mjs';
import { serve } from './run.mjs';
import { launch } from './visit.mjs';

export const chalkline = resolve(process.env.CHALKLINE ?? 'build/dev/chalkline');
export const work = resolve(process.env.WORK ?? 'build/dev/browser');
export const shots = join(work, 'shots'); // where screenshots are left

/**
 * make: how the lesson is made where none was named, returning {library, lesson} and, where the server wants more, its `options`; line: a link between server and browser.
 * Returns {library, lesson, server, link, browser, address(path), close()}; a test that stops the server itself sets `server` to
 * null or to the one that it started instead.
 */
export async function openStage({ make = () => ownLesson(chalkline, work, basename(process.argv[1], '.test.mjs')), line = false } = {}) {
  const stage = {
    address: (path) => `http://127.0.0.1:${(stage.link ?? stage.server).port}${path}`,
    async close() {
      await stage.browser?.close();
      await stage.link?.close();
      await stage.server?.stop();
    },
  };
  await mkdir(shots, { recursive: true });
  Object.assign(stage, process.env.LIBRARY ? { library: process.env.LIBRARY, lesson: process.env.LESSON } : await make());
  try {
    stage.server = await serve(chalkline, stage.library, stage.options);
    if (line) stage.link = await openLink(stage.server.port);
    stage.browser = await launch();
    return stage;
  } catch (reason) {
    await stage.close();
    throw reason;
  }
}
