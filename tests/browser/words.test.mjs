// The studio's languages: each says all that the studio says, with the same things to fill in.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const source = new URL('../../web/studio/src/', import.meta.url);
const read = (name) => readFileSync(new URL(name, source), 'utf8');
const unquoted = (text) => (text.startsWith('"') ? JSON.parse(text) : text.slice(1, -1));

// What stands in say('...'), and the values of the tables that are said by name.
function saidInEnglish() {
  const said = new Set();
  for (const name of readdirSync(source).filter((file) => /\.tsx?$/.test(file))) {
    const text = read(name);
    for (const [, words] of text.matchAll(/say\(('[^'\n]*')/g)) said.add(unquoted(words));
    for (const [, table] of text.matchAll(/const kSta(?:te|ge)s\b[^{]*\{([^}]*)\}/g)) for (const [, words] of table.matchAll(/: ('[^']*')/g)) said.add(unquoted(words));
    for (const [, list] of text.matchAll(/const kKinds = \[([^\]]*)\]/g)) for (const [words] of list.matchAll(/'[^']*'/g)) said.add(unquoted(words));
  }
  return said;
}

for (const language of ['ar', 'es', 'fr', 'sw'])
  test(`the studio speaks ${language}`, () => {
    const words = new Map([...read(`messages/${language}.ts`).matchAll(/^ {2}('[^']*'|"[^"]*"): ('[^']*'|"[^"]*"),$/gm)].map(([, key, value]) => [unquoted(key), unquoted(value)]));
    const said = saidInEnglish();
    assert.ok(said.size > 100, `${said.size} texts were found`);
    assert.deepEqual([...said].filter((text) => !words.has(text)), [], 'what is not said');
    assert.deepEqual([...words.keys()].filter((text) => !said.has(text) && text !== 'begins'), [], 'what nobody asks for');
    const holes = (text) => (text.match(/\{\d\}/g) ?? []).sort().join();
    for (const [text, translated] of words) assert.equal(holes(translated), holes(text), text);
  });
