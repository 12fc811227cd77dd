// bench/results/NAME.{json,md,svg}: what `./chalk bench NAME` leaves. JSON is everything, Markdown is what a person reads.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';

export const kResults = 'bench/results';

// The commit that the tree had when the benchmark began, and "-dirty" behind it where a tracked file differs from it. Results do not
// count: those of the benchmark before lie there. "unknown" where the source tree is without git.
export function commitOf(folder = '.') {
  const git = (...args) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const commit = git('describe', '--always', '--abbrev=7', '--exclude=*');
    return git('status', '--porcelain', '--untracked-files=no', '--', ':/', `:(top,exclude)${kResults}`) ? `${commit}-dirty` : commit;
  } catch {
    return 'unknown';
  }
}
const kCommit = commitOf();

// What a text says where its commit is not all that was measured; nothing otherwise.
export const dirtyWords = (commit) => (commit.endsWith('-dirty') ? `\nMade with changes that are not in the commit ${commit.slice(0, -'-dirty'.length)}.\n` : '');

// What a reader must know of the machine and of the code to judge figures.
export function circumstances() {
  const sysctl = (name) => {
    try {
      return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
    } catch {
      return 'unknown';
    }
  };
  return {
    commit: kCommit, kernel: release(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length,
    congestion_control: sysctl('net/ipv4/tcp_congestion_control'),
  };
}

// json: circumstances() and more.
export function writeResults(name, { json, markdown, pictures = {} }) {
  mkdirSync(kResults, { recursive: true });
  writeFileSync(`${kResults}/${name}.json`, `${JSON.stringify(json, (_, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value), 1)}\n`);
  writeFileSync(`${kResults}/${name}.md`, markdown + dirtyWords(json.commit));
  for (const [file, svg] of Object.entries(pictures)) writeFileSync(`${kResults}/${file}.svg`, svg);
  console.error(`bench: wrote ${kResults}/${name}.{json,md}${Object.keys(pictures).map((p) => ` ${p}.svg`).join('')}`);
}

// rows: arrays of cells; numbers on the right.
export function table(head, rows) {
  const align = head.map((_, i) => (rows.every((row) => typeof row[i] === 'number' || /^[-–0-9]/.test(String(row[i]))) ? '--:' : '---'));
  return [head, align, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n') + '\n';
}

export const median = (values) => {
  const sorted = values.filter((v) => Number.isFinite(v)).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
export const round = (value, digits = 1) => (Number.isFinite(value) ? Number(value.toFixed(digits)) : null);
export const show = (value, digits = 1) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
