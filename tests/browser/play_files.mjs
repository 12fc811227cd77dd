// Plays recordings of one's own in a real Chromium with each player: from the start, after a seek, and to the end. By hand, for
// recordings that cannot be in the tree:
//   node tests/browser/play_files.mjs --chalkline build/release/chalkline FILE...
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run, serve } from './support/run.mjs';
import { launch, visit } from './support/visit.mjs';

const { values, positionals } = parseArgs({ options: { chalkline: { type: 'string' } }, allowPositionals: true });
if (!values.chalkline || positionals.length === 0) {
  console.error('play_files: give --chalkline build/release/chalkline and the recordings');
  process.exit(2);
}
const chalkline = resolve(values.chalkline);
const kEngines = { own: '', native: '?engine=native', 'hls.js': '?engine=hlsjs' };

async function play(browser, address, engine) {
  const v = await visit(browser, address);
  try {
    await v.page.click('#play');
    await v.playedOn(4);
    const duration = await v.page.evaluate(() => video.duration);
    await v.seek(duration / 2);
    await v.playedOn(Math.min(4, duration / 4));
    await v.seek(Math.max(0, duration - 2));
    await v.until('the lesson ends', () => video.ended);
    const hook = await v.hook();
    const wrong = [...v.wrong, ...hook.errors];
    if (hook.engine !== engine) wrong.push(`${hook.engine} played`);
    return { wrong, at: hook.height, stalls: hook.stalls.length };
  } finally {
    await v.close();
  }
}

const library = await mkdtemp(join(tmpdir(), 'chalkline-play-'));
const browser = await launch();
let failed = 0;
try {
  const lessons = [];
  for (const file of positionals) {
    const out = await run(chalkline, ['add', file, '--library', library, '--json']);
    lessons.push([basename(file), out.trim().split('\n').map((line) => JSON.parse(line)).find(({ event }) => event === 'added').lesson]);
  }
  const server = await serve(chalkline, library);
  for (const [name, lesson] of lessons)
    for (const [engine, query] of Object.entries(kEngines)) {
      const result = await play(browser, `http://127.0.0.1:${server.port}/watch/${lesson}${query}`, engine).catch((error) => ({ wrong: [error.message] }));
      if (result.wrong.length) ++failed;
      console.log(`${result.wrong.length ? 'FAIL' : 'ok  '} ${name} ${engine}: picture ${result.at}p, ${result.stalls} waits${result.wrong.map((text) => `\n       - ${text}`).join('')}`);
    }
  await server.stop();
} finally {
  await browser.close();
  await rm(library, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
