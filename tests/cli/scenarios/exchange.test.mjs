// `chalkline import` and `export`: what goes in comes out, faults are told with their line, and a process that is killed
// in the middle has changed nothing.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { assertRefused, folderFor, names, run, start, until } from './chalkline.mjs';

const csv = 'title,language,country,grade,subject,course,position,tags,title:sw,description:sw\r\n' +
  'Fractions,en,Kenya,Grade 5,Maths,Numbers,1,numbers;school,Sehemu,"Sehemu, kwa ufupi"\r\n' +
  '"Halves, ""quarters""",en,Kenya,Grade 5,Maths,Numbers,2,,,\r\n' +
  'Loose,fr,,,,Physique,0,,,\r\n';

test('a CSV file becomes lessons and their curriculum, and comes out again', async (t) => {
  const folder = folderFor(t);
  const library = ['--library', join(folder, 'library')];
  const file = join(folder, 'lessons.csv');
  writeFileSync(file, csv);
  const first = await run(t, 'import', file, ...library, '--json');
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(JSON.parse(first.stdout), { created: 3, updated: 0, nodes_created: 4 });

  const out = JSON.parse((await run(t, 'export', ...library)).stdout);
  const [fractions, halves, loose] = out.lessons;
  assert.equal(halves.title, 'Halves, "quarters"');
  assert.deepEqual([fractions.country, fractions.grade, fractions.subject, fractions.course], ['Kenya', 'Grade 5', 'Maths', 'Numbers']);
  assert.deepEqual(fractions.tags, ['numbers', 'school']);
  assert.deepEqual(fractions.texts, [{ language: 'sw', title: 'Sehemu', description: 'Sehemu, kwa ufupi' }]);
  assert.deepEqual([loose.course, loose.course_id, loose.state], ['Physique', null, 'published']);

  for (const name of ['again.csv', 'again.json']) {
    const again = join(folder, name);
    assert.equal((await run(t, 'export', again, ...library)).code, 0);
    const repeated = await run(t, 'import', again, ...library, '--json');
    assert.deepEqual(JSON.parse(repeated.stdout), { created: 0, updated: 3, nodes_created: 0 });
    assert.deepEqual(JSON.parse((await run(t, 'export', ...library)).stdout), out);
    const elsewhere = ['--library', join(folder, `from-${name}`)];
    assert.equal(JSON.parse((await run(t, 'import', again, ...elsewhere, '--json')).stdout).created, 3);
    assert.deepEqual(JSON.parse((await run(t, 'export', ...elsewhere)).stdout), out);
  }
});

test('what cannot be imported is refused with its line, and nothing is', async (t) => {
  const folder = folderFor(t);
  const library = ['--library', join(folder, 'library')];
  const refused = async (name, text, pattern) => {
    writeFileSync(join(folder, name), text);
    assertRefused(await run(t, 'import', join(folder, name), ...library), 4, pattern);
  };
  await refused('a.csv', 'title,titel\nA,B\n', /there is no column "titel"/);
  await refused('b.csv', 'language\nen\n', /there must be a column "title"/);
  await refused('c.csv', 'title\n"A\n', /line 2: a quote does not end/);
  await refused('d.csv', 'title,language\nA\n', /line 2: there are 1 values/);
  await refused('e.csv', 'title,state\nA,draft\nB,hidden\n', /\/lessons\/1\/state line 3: must be draft, published or withdrawn/);
  await refused('f.csv', 'title,country\nA,Kenya\n', /\/course line 2: must be there/);
  await refused('g.json', '{"lessons": [', /it is not JSON/);
  await refused('h.json', '[{"title": "A", "colour": "red"}]', /\/lessons\/0\/colour is not a field/);
  await refused('i.json', '[{"title": "A"}, {"title": "B", "course_id": "none"}]', /row 2: there is no course none/);
  assertRefused(await run(t, 'import', join(folder, 'none.csv'), ...library), 4, /none\.csv/);
  writeFileSync(join(folder, 'x.txt'), 'title\nA\n');
  assertRefused(await run(t, 'import', join(folder, 'x.txt'), ...library), 2, /say --format csv or --format json/);
  assert.deepEqual(JSON.parse((await run(t, 'export', ...library)).stdout), { lessons: [] });
});

test('an import of 10,000 lessons that is killed leaves all or nothing', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'many.csv');
  const rows = 10_000;
  writeFileSync(file, 'title,country,course\n' + Array.from({ length: rows }, (_, i) => `Lesson ${i},Kenya,Course ${i % 40}\n`).join(''));
  let nothing = 0;
  for (const later of [0, 150, 500]) {
    const name = `library-${later}`;
    const importing = start(t, ['import', file, '--library', join(folder, name)]);
    await until('the library to be made', () => names(join(folder, name)).includes('versions'));
    await new Promise((resolve) => setTimeout(resolve, later)); // the moment is as good as any other
    importing.child.kill('SIGKILL');
    const { code } = await importing.ended;
    const { lessons } = JSON.parse((await run(t, 'export', '--library', join(folder, name))).stdout);
    assert.ok(lessons.length === 0 || lessons.length === rows, `${lessons.length} lessons after a kill`);
    assert.ok(code !== 0 || lessons.length === rows, 'what was acknowledged is there');
    if (lessons.length === 0) nothing += 1;
  }
  assert.ok(nothing > 0, 'one of the kills came before the end');
});
