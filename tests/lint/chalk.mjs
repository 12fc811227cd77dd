// ./chalk as a person meets it: help names every verb, wrong use is exit code 2 and one sentence, a missing file is exit
// code 1 and one sentence. Run by CTest as lint_chalk; nothing is built or installed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(new URL('.', import.meta.url).pathname, '../..');
const chalk = (...args) => spawnSync(join(root, 'chalk'), args, { encoding: 'utf8', env: { ...process.env, CHALK_INSTALL: 'no' } });

const help = chalk('help');
assert.equal(help.status, 0);
const dispatch = readFileSync(join(root, 'chalk'), 'utf8').split('\n').slice(-20).join('\n');
const verbs = [...dispatch.matchAll(/^ {2}([a-z| -]+)\) /gm)].flatMap(([, names]) => names.split('|').map((name) => name.trim()))
  .filter((name) => name && !name.startsWith('-'));
assert.ok(verbs.length >= 10, `the verbs were read from the last lines of chalk: ${verbs}`);
for (const verb of verbs) assert.match(help.stdout, new RegExp(`^  ${verb}\\b`, 'm'), `help says nothing of ${verb}`);

const refused = [
  [2, /no verb named nonsense; see \.\/chalk help/, 'nonsense'],
  [2, /no preset named fast/, 'test', '--preset', 'fast'],
  [2, /test does not take --fast/, 'test', '--fast'],
  [2, /build does not take now/, 'build', 'now'],
  [2, /run takes one video/, 'run', 'a.mp4', 'b.mp4'],
  [2, /run does not take --loud/, 'run', '--loud'],
  [1, /cannot find no such file\.mp4; give the path of a video file/, 'run', 'no such file.mp4'],
];
for (const [status, sentence, ...args] of refused) {
  const ran = chalk(...args);
  assert.equal(ran.status, status, `chalk ${args.join(' ')} ended with ${ran.status}: ${ran.stderr}`);
  assert.match(ran.stderr, sentence);
  assert.equal(ran.stderr.trim().split('\n').length, 1, `chalk ${args.join(' ')} said more than one line: ${ran.stderr}`);
}
console.log(`${verbs.length} verbs in help, ${refused.length} kinds of wrong use met with a sentence`);
