// ./chalk bench kills: kill -9 of the whole server at many random moments while jobs run (tests/cli/scenarios/kills.mjs, which the tests
// run with a few). Leaves bench/results/kills.{json,md}.
import { readArguments } from '../support/arguments.mjs';
import { load } from '../support/fitness.mjs';
import { run } from '../support/processes.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';

const options = readArguments('kills: kill -9 of the server while it transcodes and improves; is the queue right, does every job end, is all that is published whole?', {
  kills: { default: '200', help: 'how many' },
  seed: { default: '7', help: 'of the moments' },
});
const { out } = await run('node', ['tests/cli/scenarios/kills.mjs', '--kills', options.kills, '--seed', options.seed, '--improve'], { env: { ...process.env, CHALKLINE_BINARY: process.env.CHALKLINE } });
const result = JSON.parse(out);
const markdown = `# Killed while jobs run

\`chalkline serve\` with its worker and a watched folder, killed with SIGKILL 50 to 2,550 ms after each start; seed ${result.seed}, ${result.seconds} s, load ${show(load())}. Every fifth recording
is none. After each start no lesson has two open jobs and no job says "published" whose lesson has no version. A watcher asked all the time what is published: every version that learners could
reach had every file of its index, as long as it says and with its sha256, and every playlist named files of that version alone. In the end every job has ended, the recordings as lessons and
the others as failures.

${table(['kills', 'of them while a job ran', 'recordings', 'none', 'published', 'failed', 'improvements ended', 'looks of the watcher', 'versions checked', 'left in staging'],
    [[result.kills, result.working, result.lessons, result.poison, result.ends['transcode published'], result.ends['transcode failed'],
      Object.entries(result.ends).filter(([end]) => end.startsWith('improve')).reduce((sum, [, count]) => sum + count, 0), result.looks, result.versions, result.left_in_staging]])}`;
writeResults('kills', { json: { ...circumstances(), load: load(), ...result }, markdown });
process.stdout.write(markdown);
