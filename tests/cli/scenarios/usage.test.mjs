// Help, version and wrong use: one sentence that says what to do, and the documented exit code.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { assertRefused, folderFor, names, recording, run } from './chalkline.mjs';

const verbs = ['transcode', 'add', 'inspect', 'serve', 'worker', 'mirror', 'keys', 'pack', 'unpack', 'verify', 'hosts', 'token', 'import', 'export', 'check-config'];

test('help lists every verb and the exit codes', async (t) => {
  const help = await run(t, '--help');
  assert.equal(help.code, 0);
  for (const verb of verbs) assert.match(help.stdout, new RegExp(`^  ${verb} `, 'm'));
  assert.match(help.stdout, /Exit codes: 0 done, 1 failed, 2 usage, 3 bad configuration, 4 input not usable, 5 disk full/);
});

for (const verb of verbs)
  test(`help on ${verb} ends with an example`, async (t) => {
    const help = await run(t, verb, '--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, new RegExp(`Example: chalkline ${verb} `));
  });

test('the version is told', async (t) => {
  const version = await run(t, '--version');
  assert.equal(version.code, 0);
  assert.match(version.stdout, /^chalkline \d+\.\d+\.\d+\n$/);
});

test('an unknown verb, a missing argument and an unknown option are usage errors', async (t) => {
  assertRefused(await run(t, 'transcod', 'x'), 2, /there is no command "transcod"; did you mean transcode\?/);
  assertRefused(await run(t, 'token', 'crate', '--role', 'editor'), 2, /there is no command "token crate"; did you mean create\?/);
  assertRefused(await run(t, 'help'), 2, /there is no command "help"; see chalkline --help/);
  assertRefused(await run(t, 'mirror', 'x'), 2, /not expected: x; see chalkline mirror --help/);
  assertRefused(await run(t), 2, /subcommand/i);
  assertRefused(await run(t, 'transcode', 'a.mp4'), 2, /--out .*see chalkline transcode --help/);
  assertRefused(await run(t, 'serve', '--prot', '80'), 2, /see chalkline serve --help/);
  assertRefused(await run(t, 'serve', '--port', '99999'), 2, /--port/);
  assertRefused(await run(t, 'serve', '--address', 'localhost'), 2, /--address must be an IPv4 or IPv6 address/);
});

test('inputs that cannot be lessons are refused by transcode and by add, and nothing is left', async (t) => {
  const folder = folderFor(t);
  const text = join(folder, 'notes.mp4');
  writeFileSync(text, 'These are my notes.\n'.repeat(100));
  const empty = join(folder, 'empty.mp4');
  writeFileSync(empty, '');
  const inputs = [
    [join(folder, 'missing.mp4'), /missing\.mp4: No such file or directory; check the path/],
    [folder, /it is a directory; give the path of a file/],
    ['/dev/null', /not a regular file/],
    [text, /notes\.mp4/],
    [empty, /empty\.mp4: it is empty/],
  ];
  const out = join(folder, 'out');
  const library = join(folder, 'library');
  for (const [input, pattern] of inputs) {
    assertRefused(await run(t, 'transcode', input, '--out', out), 4, pattern);
    const added = await run(t, 'add', input, '--library', library);
    assert.equal(added.code, 4, added.stderr);
    assert.match(added.stderr.split('\n').at(-2), /^chalkline: /);
  }
  assert.deepEqual(names(folder), ['empty.mp4', 'library', 'notes.mp4']);
  assert.deepEqual(names(join(library, 'incoming')), []);
  assert.deepEqual(names(join(library, 'staging')), []);
  assert.deepEqual(names(join(library, 'versions')), []);
  assertRefused(await run(t, 'inspect', 'notes', '--library', library), 4, /there is no lesson notes/);
});

test('an output that is there, or cannot be written, is refused before any work', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 1 });
  const full = join(folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'something'), 'here');
  assertRefused(await run(t, 'transcode', input, '--out', full), 1, /full: the folder is not empty; give --out the name of a new/);
  assertRefused(await run(t, 'transcode', input, '--out', join(full, 'something')), 1, /a file of that name exists/);
  assertRefused(await run(t, 'transcode', input, '--out', join(input, 'below')), 1, /lesson\.mp4/);
  if (process.getuid() !== 0) {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    assertRefused(await run(t, 'transcode', input, '--out', join(closed, 'out')), 1, /closed/);
    assertRefused(await run(t, 'add', input, '--library', join(closed, 'library')), 1, /choose a folder that you may write to/);
  }
  assertRefused(await run(t, 'add', input, '--library', input), 2, /it is not a folder/);
});

test('captions and languages are checked before any work', async (t) => {
  const folder = folderFor(t);
  const input = recording(folder, 'lesson.mp4', { seconds: 1 });
  const vtt = join(folder, 'a.vtt');
  writeFileSync(vtt, 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n');
  const out = ['--out', join(folder, 'out')];
  assertRefused(await run(t, 'transcode', input, ...out, '--captions', vtt), 2, /names no language; write FILE:LANGUAGE/);
  assertRefused(await run(t, 'transcode', input, ...out, '--captions', `${vtt}:kiswahili!`), 2, /not a language tag/);
  assertRefused(await run(t, 'transcode', input, ...out, '--captions', `${folder}/none.vtt:sw`), 4, /none\.vtt/);
  assertRefused(await run(t, 'transcode', input, ...out, '--language', 'x'), 2, /"x" is not a language tag/);
  assert.deepEqual(names(folder), ['a.vtt', 'lesson.mp4']);
});

test('a port that is taken is told with its number', async (t) => {
  const folder = folderFor(t);
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.on('listening', resolve));
  t.after(() => holder.close());
  const { port } = holder.address();
  const refused = await run(t, 'serve', '--library', join(folder, 'library'), '--port', String(port));
  assertRefused(refused, 1, new RegExp(`${port}.*; `));
});

test('broken, wrong and missing configurations end with exit code 3 and every fault', async (t) => {
  const folder = folderFor(t);
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'server:\n  port: [80\n');
  assertRefused(await run(t, 'serve', '--config', broken), 3, /broken\.yaml:\d+: this is not YAML/);
  assertRefused(await run(t, 'worker', '--config', join(folder, 'none.yaml')), 3, /none\.yaml: No such file/);
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(wrong, 'server:\n  prot: 80\nworker:\n  max_tries: 0\n');
  const refused = await run(t, 'check-config', wrong);
  assert.equal(refused.code, 3);
  assert.equal(refused.stderr,
    `chalkline: ${wrong}:2: there is no key server.prot; did you mean server.port?\n` +
    `chalkline: ${wrong}:4: worker.max_tries must be a whole number from 1 to 100, but is "0"\n`);
  const json = await run(t, 'check-config', wrong, '--json');
  assert.equal(json.code, 3);
  assert.deepEqual(JSON.parse(json.stdout).problems.map(({ where }) => where), [`${wrong}:2`, `${wrong}:4`]);
  const variable = await run(t, 'serve', { env: { CHALKLINE_SERVER_PORT: 'http' } });
  assertRefused(variable, 3, /^chalkline: CHALKLINE_SERVER_PORT: server\.port must be/);
  assertRefused(await run(t, 'check-config'), 2, /check-config FILE/);
});

test('the printed defaults are a configuration that is usable', async (t) => {
  const folder = folderFor(t);
  const defaults = await run(t, 'check-config', '--defaults');
  assert.equal(defaults.code, 0);
  const file = join(folder, 'chalkline.yaml');
  writeFileSync(file, defaults.stdout);
  const checked = await run(t, 'check-config', file);
  assert.equal(checked.code, 0);
  assert.equal(checked.stdout, `${file} is usable\n`);
  const { confinement, ...verdict } = JSON.parse((await run(t, 'check-config', file, '--json')).stdout);
  assert.deepEqual(verdict, { usable: true, problems: [] });
  assert.deepEqual(Object.entries(confinement).map(([key, value]) => [key, typeof value]),
    [['landlock', 'number'], ['empty_network', 'boolean'], ['system_calls', 'boolean']]);
});

test('inspect names what it cannot find', async (t) => {
  const folder = folderFor(t);
  assertRefused(await run(t, 'inspect', folder), 4, /cannot inspect .*index\.json.*; give a folder made by chalkline transcode/);
  assertRefused(await run(t, 'inspect', 'nothing', '--library', join(folder, 'library')), 4, /no library in .*; check the path/);
  assertRefused(await run(t, 'inspect', '../Nothing!'), 4, /neither a folder nor a lesson/);
  assert.deepEqual(names(folder), []);
  writeFileSync(join(folder, 'index.json'), '{"schema": "old"}');
  assertRefused(await run(t, 'inspect', folder), 4, /index\.json/);
});
