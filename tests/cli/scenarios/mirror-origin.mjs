// What the scenarios of mirrors share: an origin with two lessons, a line to it (mirror-line.mjs), and mirrors that follow it
// over that line. Set up before the first test of the file that imports it, taken down after its last.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { addressOf, folderFor, recording, run, start, until } from './chalkline.mjs';
import { openLine } from './mirror-line.mjs';

const undo = [];
export const all = { after: (what) => undo.push(what) }; // of the whole file
export let folder;
export let library; // the origin's
export let origin; // its address
export let line; // the way to it
let key;

before(async () => {
  folder = folderFor(all);
  library = join(folder, 'origin');
  const config = join(folder, 'quick.yaml');
  writeFileSync(config, 'transcode: {x264_preset: veryfast, av1: off}\n');
  for (const [name, course] of [['Water', 'Science 5'], ['Fractions', 'Maths 5']]) {
    const added = await run(all, 'add', recording(folder, `${name}.mp4`, { seconds: 3 }), '--library', library, '--config', config, '--course', course);
    assert.equal(added.code, 0, added.stderr);
  }
  key = JSON.parse((await run(all, 'keys', '--create', '--library', library, '--json')).stdout).own;
  origin = await addressOf(start(all, ['serve', '--library', library, '--port', '0']));
  line = await openLine(origin);
  undo.push(() => line.close());
});

after(async () => {
  for (const what of undo.reverse()) await what();
});

export const filesOf = (version) => readdirSync(join(library, 'versions', version), { recursive: true }).map(String)
  .filter((name) => statSync(join(library, 'versions', version, name)).isFile());
export const original = (version, file) => readFileSync(join(library, 'versions', version, file));

export async function mirror(t, more = '', place = folderFor(t), { upstream = line.address, port = 0, env, disk } = {}) {
  const within = disk?.at ?? place; // as the mirror sees it
  const config = join(place, 'mirror.yaml');
  writeFileSync(config, `server: {port: ${port}}\nlibrary: {path: ${join(within, 'copy')}}\nmirror: {upstream: "${upstream}", keys: ["${key}"], interval: 1s, longest_interval: 1s${more}}\n`);
  const process = start(t, ['mirror', '--config', join(within, 'mirror.yaml')], { env, within: disk?.within });
  return { process, place, copy: join(place, 'copy'), address: await addressOf(process) };
}

export async function listed(address) {
  const { lessons } = await (await fetch(`${address}/api/v1/lessons`)).json();
  return Object.fromEntries(lessons.map(({ id, version }) => [id, version]));
}

export const known = (address, count = 2) => until('the mirror to know the lessons', async () => {
  const lessons = await listed(address);
  return Object.keys(lessons).length === count && lessons;
});
