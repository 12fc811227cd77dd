// node container.mjs PROGRAM: every shared library that PROGRAM was linked with comes from a package that
// deploy/Containerfile installs. Debian only: dpkg knows whose a library is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = process.argv[2];
const kContainerfile = fileURLToPath(new URL('../../deploy/Containerfile', import.meta.url));
const kInEveryImage = ['libc6', 'libgcc-s1', 'libstdc++6']; // apt itself is linked with these

const run = (...words) => execFileSync(words[0], words.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** The package of a library; dpkg knows some by /lib and some by /usr/lib, which are one folder. */
function packageOf(path) {
  try {
    return run('dpkg-query', '-S', path).split(':')[0];
  } catch (error) {
    if (!path.startsWith('/usr/')) throw error;
    return packageOf(path.slice('/usr'.length));
  }
}

test('the container has every library that the program needs', () => {
  const needed = [...run('objdump', '-p', program).matchAll(/^\s+NEEDED\s+(\S+)$/gm)].map((found) => found[1]);
  assert.ok(needed.length > 10, needed.join(' '));
  const paths = new Map([...run('ldd', program).matchAll(/^\s+(\S+) => (\/\S+)/gm)].map((found) => [found[1], realpathSync(found[2])]));
  const installed = readFileSync(kContainerfile, 'utf8').split(/^FROM /m).at(-1).split(/\s+/);
  const packages = [...new Set(needed.filter((library) => paths.has(library)).map((library) => packageOf(paths.get(library))))];
  assert.deepEqual(packages.filter((name) => !kInEveryImage.includes(name) && !installed.includes(name)), []);
});
