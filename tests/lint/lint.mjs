// lint.mjs RULE [--root DIR]: one rule of tests/lint/rules over the files of a tree. Run by CTest (label lint), once a rule.
// A rule is a module with check(tree) -> findings; it reads nothing but the tree it is given, so that rejects.mjs can hand
// it trees that must be refused. Prints file:line: sentence for each finding; exit code 1 when there is any.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SKIPPED = new Set(['.git', 'build', 'node_modules', 'dist']);

function walk(root, folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}

// What git knows and what it would know after `git add`; a tree without git (an unpacked archive) is walked.
function list(root) {
  if (!existsSync(join(root, '.git'))) return walk(root);
  const listed = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return [...new Set(listed.split('\0'))].filter((path) => path && existsSync(join(root, path)) && statSync(join(root, path)).isFile());
}

// A tree as the rules see it: the sorted paths, the text of one, whether one is there, the folder on disk (if it has one).
export function treeOf(root) {
  const files = list(root).sort();
  const known = new Set(files);
  return { files, has: (path) => known.has(path), text: (path) => readFileSync(join(root, path), 'utf8'), root };
}

async function main([rule, ...rest]) {
  if (!rule) throw new Error('usage: lint.mjs RULE [--root DIR]');
  const at = rest.indexOf('--root');
  const root = resolve(at >= 0 ? rest[at + 1] : join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..'));
  const { check } = await import(`./rules/${rule}.mjs`);
  const tree = treeOf(root);
  const findings = await check(tree);
  for (const { file, line, message } of findings) console.log(`${file}:${line}: ${message}`);
  console.log(`${rule}: ${findings.length} findings in ${tree.files.length} files`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

if (process.argv[1] && resolve(process.argv[1]) === new URL(import.meta.url).pathname) await main(process.argv.slice(2));
