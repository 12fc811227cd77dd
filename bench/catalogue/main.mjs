// ./chalk bench catalogue: a library of 10,000 lessons: its import, and what pages of the list and searches take at the server, as its
// access log says (us: from the request to the end of the answer). Leaves bench/results/catalogue.{json,md}.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from '../support/arguments.mjs';
import { load } from '../support/fitness.mjs';
import { run } from '../support/processes.mjs';
import { circumstances, median, show, table, writeResults } from '../support/results.mjs';
import { serveEmpty } from '../support/serve.mjs';
import { until } from '../support/until.mjs';
import { workFolder } from '../support/work.mjs';

const options = readArguments('catalogue: import of many lessons, and pages of lists and searches among them', {
  lessons: { default: '10000', help: 'how many' },
  rounds: { default: '50', help: 'how often each question is asked' },
});
const work = workFolder('catalogue');
const chalkline = process.env.CHALKLINE;

// Words of several scripts, so that searches have something to find and something to pass over.
const words = ['water', 'cycle', 'fractions', 'light', 'plants', 'energy', 'maji', 'nishati', 'sehemu', 'mwanga', 'eau', 'lumière', 'énergie', 'الماء', 'الطاقة', '水', '循环', '分数', 'history', 'grammar'];
const count = Number(options.lessons);
const rows = Array.from({ length: count }, (_, i) => [
  `Lesson ${i} ${words[i % words.length]} ${words[(i * 7 + 3) % words.length]}`, `What ${words[(i * 3 + 1) % words.length]} is and what ${words[(i * 11 + 5) % words.length]} does in lesson ${i}`,
  'en', 'Kenya', `Grade ${1 + (i % 8)}`, ['Science', 'Maths', 'Languages'][i % 3], `Course ${i % 200}`, 'published', `tag${i % 50};all`, `Leçon ${i} ${words[(i * 5 + 2) % words.length]}`,
].join(','));
writeFileSync(join(work, 'lessons.csv'), `title,description,language,country,grade,subject,course,state,tags,title:fr\n${rows.join('\n')}\n`);
const library = join(work, 'library');
const began = process.hrtime.bigint();
await run(chalkline, ['import', join(work, 'lessons.csv'), '--library', library]);
const imported_s = Number(process.hrtime.bigint() - began) / 1e9;

const server = await serveEmpty(work, { token: true, access: true, keep: Infinity });
const get = (path) => fetch(server.base + path, { headers: { authorization: `Bearer ${server.token}` } });
const list = await (await get('/api/v1/lessons?limit=200')).json();
const middle = (await (await get(`/api/v1/lessons?limit=1&cursor=${Math.floor(count / 2)}`)).json()).next;
const course = list.lessons[0].course_id;
const questions = {
  'list, first page': '/api/v1/lessons?limit=50',
  'list, middle page': `/api/v1/lessons?limit=50&cursor=${middle}`,
  'list by tag': '/api/v1/lessons?limit=50&tag=tag7',
  'list of a course': `/api/v1/courses/${course}/lessons`,
  'search, a word that a fifth have': '/api/v1/search?q=water',
  'search, two words': '/api/v1/search?q=energy+plants',
  'search, the beginning of a word': '/api/v1/search?q=gra',
  'search, in French': '/api/v1/search?q=lumiere',
  'search, Arabic': `/api/v1/search?q=${encodeURIComponent('الماء')}`,
  'search, Chinese': `/api/v1/search?q=${encodeURIComponent('循环')}`,
  'search, what nobody has': '/api/v1/search?q=zebra',
  'search, what all have, last page': '/api/v1/search?q=lesson&cursor=9900',
};
const took = {};
for (const [name, path] of Object.entries(questions)) {
  let lessons;
  for (let i = 0; i < Number(options.rounds); ++i) {
    const reply = await get(path);
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
    ({ lessons } = await reply.json());
  }
  // The log is written by a thread of its own: all lines of this question, once they are there.
  const lines = () => server.log().split('\n').filter((one) => /request from=/.test(one) && (one.includes(` target=${path} `) || one.includes(` target="${path.replaceAll('\\', '\\\\')}" `)));
  await until(`the lines of ${path} in the access log`, () => lines().length >= Number(options.rounds), 60);
  const ms = lines().map((one) => Number(/ us=(\d+) /.exec(one)[1]) / 1000).sort((a, b) => a - b);
  took[name] = { lessons: lessons.length, median_ms: median(ms), p95_ms: ms[Math.floor(ms.length * 0.95)], most_ms: ms.at(-1) };
  console.error(`bench: ${name}: ${show(took[name].median_ms)} ms`);
}
await server.stop();
rmSync(work, { recursive: true, force: true });
const markdown = `# A library of ${count} lessons

At the server, as its access log has it, ${options.rounds} times each, load ${show(load())}. The import is one transaction and took ${show(imported_s)} s with the start of the program
(${show(count / imported_s, 0)} rows a second); a kill in its midst leaves all or nothing (tests/cli/scenarios/exchange.test.mjs).

${table(['question', 'lessons in the answer', 'median, ms', '95 %, ms', 'most, ms'], Object.entries(took).map(([name, { lessons, median_ms, p95_ms, most_ms }]) => [name, lessons, show(median_ms), show(p95_ms), show(most_ms)]))}`;
writeResults('catalogue', { json: { ...circumstances(), load: load(), lessons: count, imported_s, took }, markdown });
process.stdout.write(markdown);
