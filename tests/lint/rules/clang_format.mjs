// Every C++ file is laid out as the .clang-format at the root says. `./chalk format` makes it so.
import { spawnSync } from 'node:child_process';

export function check(tree) {
  const files = tree.files.filter((path) => /\.(cpp|hpp)$/.test(path));
  const run = spawnSync('clang-format', ['--dry-run', '--style=file', '--ferror-limit=1', ...files], { cwd: tree.root, encoding: 'utf8' });
  if (run.error) throw new Error(`cannot run clang-format: ${run.error.message}; apt-get install clang-format`);
  const findings = [];
  const seen = new Set();
  for (const [, file, line] of run.stderr.matchAll(/^(\S+?):(\d+):\d+: (?:warning|error): code should be clang-formatted/gm)) {
    if (seen.has(file)) continue;
    seen.add(file);
    findings.push({ file, line: Number(line), message: 'not laid out by clang-format; run ./chalk format' });
  }
  if (run.status !== 0 && findings.length === 0) throw new Error(`clang-format failed: ${run.stderr}`);
  return findings;
}
