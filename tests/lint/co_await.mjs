// co_await.mjs BUILD_DIR: GCC 12.2's co_await double free, looked for with clang-query in every C++ file of the tree that
// holds a co_await (co_await.query says what is refused and why). First the fixture: exactly its marked lines must be
// found, so a lint that stopped seeing fails. BUILD_DIR gives compile_commands.json. Run by CTest as lint_co_await.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { treeOf } from './lint.mjs';

const run = promisify(execFile);
const here = new URL('.', import.meta.url).pathname;
const root = resolve(here, '../..');
const query = join(here, 'co_await.query');

// The lines of `files` that clang-query refuses, as "path:line". A file that clang cannot read is an error, not a pass.
async function refused(file, args) {
  const { stdout, stderr } = await run('clang-query', [file, '-f', query, ...args], { maxBuffer: 1 << 26, timeout: 280_000 }).catch((failed) => {
    if (failed.code === 'ENOENT') throw new Error('cannot run clang-query; apt-get install clang-tools');
    return failed;
  });
  const output = `${stdout}\n${stderr}`;
  const error = /^.*(error|fatal error): .*$/m.exec(output);
  if (error) throw new Error(`clang-query could not read ${file}: ${error[0]}`);
  if ((output.match(/^\d+ match(es)?\.$/gm) ?? []).length !== 3) throw new Error(`clang-query did not run all of ${query} on ${file}:\n${output}`);
  return [...output.matchAll(/^(\/\S+?):(\d+):\d+: note: "temporary" binds here/gm)].map(([, path, line]) => `${relative(root, path)}:${line}`);
}

async function checkFixture() {
  const fixture = join(here, 'fixtures/co_await.cpp');
  const expected = readFileSync(fixture, 'utf8').split('\n').flatMap((text, index) => (text.endsWith('// refused') ? [`${relative(root, fixture)}:${index + 1}`] : []));
  const found = [...new Set(await refused(fixture, ['--', '-std=c++20']))].sort();
  if (expected.length < 8 || JSON.stringify(found) !== JSON.stringify(expected.sort()))
    throw new Error(`the lint is broken: in its fixture it should refuse ${expected.join(' ')} and refused ${found.join(' ') || 'nothing'}`);
  console.log(`fixture: ${expected.length} shapes refused, their safe neighbours let through`);
}

// What is compiled together with others (cmake/target.cmake) gets a command of its own: that of the file that includes them.
function each(entry) {
  if (!/\/Unity\/unity_\w+\.cxx$/.test(entry.file)) return [entry];
  const included = [...readFileSync(entry.file, 'utf8').matchAll(/^#include "(.+)"$/gm)].map(([, path]) => path);
  return included.map((path) => ({ ...entry, file: path, command: entry.command.replace(entry.file, path) }));
}

// compile_commands.json without what clang 14 does not know of GCC's command lines (nor its precompiled headers), and without ccache.
function commandsFor(build, folder) {
  const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')).flatMap(each);
  for (const entry of commands) {
    entry.command = entry.command.replace(/^.*?ccache\s+/, '').replace(/ -include \S+/, '').replace(/ -(fno-sanitize-recover|fsanitize|fconcepts|fcoroutines|Wno-maybe|Wno-error|Werror|W\S*)(=\S+)?(?= )/g, ' ');
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'compile_commands.json'), JSON.stringify(commands));
  return new Set(commands.map((entry) => resolve(entry.directory, entry.file)));
}

const build = resolve(process.argv[2] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'chalkline-co-await-'));
try {
  await checkFixture();
  const compiled = commandsFor(build, folder);
  const tree = treeOf(root);
  // A header's coroutines are seen through the files that include it.
  const awaits = (path) => /\bco_(await|return)\b/.test(tree.text(path));
  const headers = tree.files.filter((path) => path.endsWith('.hpp') && awaits(path));
  const files = tree.files.filter(
    (path) => path.endsWith('.cpp') && compiled.has(join(root, path)) && (awaits(path) || headers.some((header) => tree.text(path).includes(`"${header}"`))),
  );
  const findings = new Set();
  const queue = [...files];
  await Promise.all(
    Array.from({ length: Math.max(1, cpus().length) }, async () => {
      for (let path = queue.shift(); path; path = queue.shift())
        for (const finding of await refused(join(root, path), ['-p', folder])) findings.add(finding);
    }),
  );
  for (const finding of [...findings].sort()) console.log(`${finding}: GCC 12.2 destroys this temporary twice; name it first, then move it in`);
  console.log(`co_await: ${findings.size} findings in ${files.length} files`);
  process.exitCode = findings.size > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
