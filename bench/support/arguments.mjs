// Command lines of the benchmarks, with --help made from the same table. Called first by every main.mjs.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

// spec: {name: {type, default, multiple, help}}. Prints and exits on --help (0) and on wrong use (2).
export function readArguments(usage, spec) {
  const options = { help: { type: 'boolean' } };
  for (const [name, { type = 'string', multiple = false }] of Object.entries(spec)) options[name] = { type, multiple };
  let values;
  try {
    ({ values } = parseArgs({ options, allowPositionals: false }));
  } catch (problem) {
    console.error(`bench: ${problem.message}; see --help`);
    process.exit(2);
  }
  if (values.help) {
    console.log(`${usage}\n`);
    for (const [name, { help, default: value }] of Object.entries(spec))
      console.log(`  --${name.padEnd(14)} ${help}${value === undefined ? '' : ` (default ${value})`}`);
    process.exit(0);
  }
  for (const [name, { default: value }] of Object.entries(spec)) values[name] ??= value;
  return values;
}

// "slides=/media/a.mp4" -> {name, path}
export function namedFile(text) {
  const at = text.indexOf('=');
  if (at < 1) {
    console.error(`bench: "${text}" is not NAME=FILE`);
    process.exit(2);
  }
  return { name: text.slice(0, at), path: text.slice(at + 1) };
}

// ["slides=/media/a", ...], or nothing -> a Map from each name to its path
export const pathsByName = (texts = []) => new Map(texts.map(namedFile).map(({ name, path }) => [name, path]));

// "edge" -> that profile; "bus=/traces/bus.down" -> the trace, with 3g's round trip, and its uplink unless a bus.up is there too.
export function linkFrom(text) {
  if (!text.includes('=')) return { name: text, options: ['--profile', text] };
  const { name, path } = namedFile(text);
  const up = path.replace(/\.down$/, '.up');
  return { name, options: ['--profile', '3g', '--trace-down', path, ...(up !== path && existsSync(up) ? ['--trace-up', up] : [])] };
}
