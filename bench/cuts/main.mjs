// ./chalk bench cuts: a set of uploads by tus-js-client through many random cuts (tests/http/clients/uploads.mjs, which the tests run
// with a few). Leaves bench/results/cuts.{json,md}.
import { readArguments } from '../support/arguments.mjs';
import { load } from '../support/fitness.mjs';
import { run } from '../support/processes.mjs';
import { circumstances, show, table, writeResults } from '../support/results.mjs';

const options = readArguments('cuts: uploads by tus-js-client through connection resets, kill -9 of the server, full disks and client restarts', {
  cuts: { default: '500', help: 'how many' },
  seed: { default: '7', help: 'of the cuts' },
});
const { out } = await run('node', ['tests/http/clients/uploads.mjs', '--cuts', options.cuts, '--seed', options.seed], { env: { ...process.env, CHALKLINE_BINARY: process.env.CHALKLINE } });
const result = JSON.parse(out);
const markdown = `# Uploads through cuts

Real recordings' worth of random bytes by tus-js-client, three at a time, in all the ways it has (one body, chunks, creation with upload, three parts in parallel), through a proxy that
cuts at a random byte; seed ${result.seed}, ${show(result.seconds, 0)} s, load ${show(load())}. Afterwards the sha256 of every recording is the one sent, in the server's answer and on its disk;
each is one lesson with one job; and of what clients abandoned on the way nothing is left once it has expired.

${table(['cuts', 'connection reset', 'kill -9 and restart', 'disk full for a while', 'client restarted', 'answers 507', 'recordings', 'MB', 'tries again', 'abandoned parts, all gone'],
    [[result.cuts, result.reset, result.kill, result.full, result.client, result.refused, result.files, show(result.bytes / 1e6), result.retries, result.abandoned]])}`;
writeResults('cuts', { json: { ...circumstances(), load: load(), ...result }, markdown });
process.stdout.write(markdown);
