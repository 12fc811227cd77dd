// The documents are complete and their links lead somewhere: the README gives a reason for every Debian package of
// scripts/packages.txt and every npm package of package.json, and names none that is not used; ARCHITECTURE.md has a
// paragraph for every folder of code; every relative link and picture in a Markdown file exists; package-lock.json names
// no registry but npm's own.
import { posix } from 'node:path';

function lineOf(text, offset) {
  return text.slice(0, offset).split('\n').length;
}

function checkDependencies(tree) {
  if (!tree.has('README.md')) return [{ file: 'README.md', line: 1, message: 'there is no README.md' }];
  const findings = [];
  const readme = tree.text('README.md');
  // A reason is a table row: | `name`, `name` | why |
  const rows = [...readme.matchAll(/^\| (`[^|]+`) \| ([^|]+) \|/gm)];
  const explained = new Map(rows.flatMap((row) => [...row[1].matchAll(/`([^`]+)`/g)].map((name) => [name[1], lineOf(readme, row.index)])));
  const packages = tree.has('scripts/packages.txt') ? tree.text('scripts/packages.txt').split('\n') : [];
  const used = new Set(['nodejs', 'npm']);
  packages.forEach((text, index) => {
    if (text.startsWith('#') || text.trim() === '') return;
    const [stage, name, ...reason] = text.trim().split(/\s+/);
    used.add(name);
    const here = { file: 'scripts/packages.txt', line: index + 1 };
    if (!/^(build|run|test|bench)$/.test(stage)) findings.push({ ...here, message: `there is no stage ${stage}` });
    if (reason.length < 3) findings.push({ ...here, message: `${name} has no reason` });
    if (!explained.has(name)) findings.push({ ...here, message: `README.md has no line for ${name}` });
  });
  if (tree.has('package.json')) {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(tree.text('package.json'));
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      used.add(name);
      if (!explained.has(name)) findings.push({ file: 'package.json', line: 1, message: `README.md has no line for ${name}` });
    }
  }
  for (const [name, line] of explained)
    if (!used.has(name)) findings.push({ file: 'README.md', line, message: `${name} is explained but not used` });
  return findings;
}

function checkTour(tree) {
  const folders = new Set(tree.files.filter((path) => /\.(cpp|ts)$/.test(path)).map((path) => path.split('/')[0]));
  const tour = tree.has('ARCHITECTURE.md') ? tree.text('ARCHITECTURE.md') : '';
  return [...folders]
    .filter((folder) => !tour.includes(`**\`${folder}/\`**`))
    .map((folder) => ({ file: 'ARCHITECTURE.md', line: 1, message: `the tour has no paragraph that begins with **\`${folder}/\`**` }));
}

function checkLinks(tree) {
  const findings = [];
  const folders = new Set(tree.files.flatMap((path) => path.split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'))));
  for (const file of tree.files.filter((path) => path.endsWith('.md'))) {
    const text = tree.text(file);
    for (const match of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const target = match[1].split('#')[0];
      if (target === '' || /^[a-z]+:/.test(target)) continue;
      const path = posix.normalize(posix.join(posix.dirname(file), decodeURIComponent(target))).replace(/\/$/, '');
      if (!tree.has(path) && !folders.has(path))
        findings.push({ file, line: lineOf(text, match.index), message: `the link to ${target} leads nowhere` });
    }
  }
  return findings;
}

function checkLock(tree) {
  const findings = [];
  for (const file of tree.files.filter((path) => posix.basename(path) === 'package-lock.json')) {
    tree.text(file).split('\n').forEach((text, index) => {
      const found = /"resolved":\s*"([^"]+)"/.exec(text);
      if (found && !found[1].startsWith('https://registry.npmjs.org/'))
        findings.push({ file, line: index + 1, message: `${found[1]} is not npm's public registry; set omit-lockfile-registry-resolved=true and lock again` });
    });
  }
  return findings;
}

export function check(tree) {
  return [...checkDependencies(tree), ...checkTour(tree), ...checkLinks(tree), ...checkLock(tree)];
}
