// bench/results/NAME.{json,md,svg}: what `./chalk bench NAME` leaves. JSON is everything, Markdown is what a person reads.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';

export const kResults = 'bench/results';

// What a reader must know of the machine and of the code to judge figures.
export function circumstances() {
  const sysctl = (name) => {
    try {
      return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
    } catch {
      return 'unknown';
    }
  };
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    // a source tree without git
  }
  return {
    commit, kernel: release(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length,
    congestion_control: sysctl('net/ipv4/tcp_congestion_control'),
  };
}

export function writeResults(name, { json, markdown, pictures = {} }) {
  mkdirSync(kResults, { recursive: true });
  writeFileSync(`${kResults}/${name}.json`, `${JSON.stringify(json, (_, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value), 1)}\n`);
  writeFileSync(`${kResults}/${name}.md`, markdown);
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
