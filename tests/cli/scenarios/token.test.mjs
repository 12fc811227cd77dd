// `chalkline token` and `chalkline user`: secrets shown once or typed unseen, listed without them, ended for good.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { testEnvironment } from '../../support/environment.mjs';
import { assertRefused, binary, folderFor, names, run } from './chalkline.mjs';

test('a token is made, listed without its secret, and revoked', async (t) => {
  const library = join(folderFor(t), 'library');
  const create = (...more) => run(t, 'token', 'create', '--library', library, '--role', 'editor', '--label', 'Équipe contenu', ...more);
  const plain = await create();
  assert.equal(plain.code, 0, plain.stderr);
  const [, secret] = /^(ct_[0-9a-f]{64})$/m.exec(plain.stdout);
  assert.match(plain.stdout, /^token [0-9a-f]{16} for editor "Équipe contenu", ends never$/m);
  const made = JSON.parse((await create('--expires', '30d', '--json')).stdout);
  assert.match(made.secret, /^ct_[0-9a-f]{64}$/);
  assert.notEqual(made.secret, secret);
  assert.equal(made.expires_ms - made.created_ms > 29 * 86_400_000, true);

  const listed = await run(t, 'token', 'list', '--library', library, '--json');
  const { tokens } = JSON.parse(listed.stdout);
  assert.deepEqual(tokens.map(({ role, label, last_used_ms }) => [role, label, last_used_ms]),
    [['editor', 'Équipe contenu', null], ['editor', 'Équipe contenu', null]]);
  assert.equal(tokens[1].id, made.id);
  const stored = readFileSync(join(library, 'library.db'), 'latin1') + readFileSync(join(library, 'library.db-wal'), { encoding: 'latin1', flag: 'a+' });
  assert.ok(!listed.stdout.includes(secret) && !stored.includes(secret), 'the secret is nowhere');

  assert.equal((await run(t, 'token', 'revoke', made.id, '--library', library)).stdout, `token ${made.id} is revoked\n`);
  assertRefused(await run(t, 'token', 'revoke', made.id, '--library', library), 4, /there is no token .*; see chalkline token list/);
  assert.equal(JSON.parse((await run(t, 'token', 'list', '--library', library, '--json')).stdout).tokens.length, 1);
});

test('wrong use of token is refused, and makes no library', async (t) => {
  const folder = folderFor(t);
  const library = ['--library', join(folder, 'library')];
  assertRefused(await run(t, 'token'), 2, /subcommand.*see chalkline token --help/i);
  assertRefused(await run(t, 'token', 'create', ...library, '--role', 'editor'), 2, /--label/);
  assertRefused(await run(t, 'token', 'create', ...library, '--role', 'king', '--label', 'x'), 2, /choose mirror, reader, editor, operator or admin/);
  assertRefused(await run(t, 'token', 'create', ...library, '--role', 'admin', '--label', 'x', '--expires', 'soon'), 2, /write one such as 12h or 30d/);
  assertRefused(await run(t, 'token', 'list', ...library), 4, /there is no library/);
  assertRefused(await run(t, 'token', 'revoke', 'abc', ...library), 4, /there is no library/);
  assert.deepEqual(names(folder), []);
  assertRefused(await run(t, 'token', 'create', ...library, '--role', 'admin', '--label', 'a\nb'), 2, /no control characters/);
});

test('a user is made, changed, listed without the password, and removed; what cannot be is a sentence', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  // The password is the first line of standard input.
  const user = (input, ...args) => {
    const { status, stdout, stderr } = spawnSync(binary, ['user', ...args, '--library', library], { input, encoding: 'utf8', env: testEnvironment() });
    return { code: status, stdout, stderr };
  };
  const password = 'blue chalk, green board';
  assertRefused(user('', 'list'), 4, /there is no library/);
  assertRefused(user(password, 'create', 'amina', '--role', 'king'), 2, /choose reader, editor, operator or admin/);
  assert.deepEqual(names(folder), [], 'nothing was made');
  assert.equal(user(`${password}\nmore\n`, 'create', 'amina', '--role', 'editor').stdout, 'user amina may sign in at /studio/ as editor\n');
  assertRefused(user('', 'create', 'juma', '--role', 'editor'), 2, /no password on standard input/);
  assertRefused(user('short\n', 'create', 'juma', '--role', 'editor'), 2, /10 to 200 bytes/);
  assertRefused(user(password, 'create', 'Jumá', '--role', 'editor'), 2, /cannot be the name of a user/);
  assertRefused(user(password, 'create', 'amina', '--role', 'reader'), 1, /there is a user amina already/);
  assert.equal(user('', 'change', 'amina', '--role', 'operator').stdout, 'user amina is operator now, and signed out everywhere\n');
  assertRefused(user('', 'change', 'amina'), 2, /nothing to change/);
  assert.equal(user('another password\n', 'change', 'amina', '--password', '--json').code, 0);
  const { users } = JSON.parse(user('', 'list', '--json').stdout);
  assert.deepEqual(users.map(({ name, role }) => [name, role]), [['amina', 'operator']]);
  const stored = readFileSync(join(library, 'library.db'), 'latin1') + readFileSync(join(library, 'library.db-wal'), { encoding: 'latin1', flag: 'a+' });
  assert.ok(stored.includes('$argon2id$') && !stored.includes(password), 'the password is nowhere');
  assert.equal(user('', 'remove', 'amina').stdout, 'user amina is gone and signed out\n');
  assertRefused(user('', 'remove', 'amina'), 4, /there is no user amina; see chalkline user list/);
  assert.equal(user('', 'list').stdout, 'there are no users; chalkline user create makes one\n');
});
