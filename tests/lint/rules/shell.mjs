// Every shell script passes shellcheck and stops at its first failure (set -e).
import { spawnSync } from 'node:child_process';

export function check(tree) {
  const scripts = tree.files.filter((path) => !path.includes('.') || /\.sh$|^\.ci\//.test(path)).filter((path) => /^#!.*\b(ba)?sh\b/.test(tree.text(path)));
  if (scripts.length === 0) return [];
  const findings = scripts
    .filter((file) => !/^set -[a-z]*e/m.test(tree.text(file)))
    .map((file) => ({ file, line: 1, message: 'begin with set -euo pipefail' }));
  const run = spawnSync('shellcheck', ['--format=gcc', ...scripts], { cwd: tree.root, encoding: 'utf8' });
  if (run.error) throw new Error(`cannot run shellcheck: ${run.error.message}; apt-get install shellcheck`);
  for (const [, file, line, message] of run.stdout.matchAll(/^(\S+?):(\d+):\d+: (.*)$/gm)) findings.push({ file, line: Number(line), message });
  return findings;
}
