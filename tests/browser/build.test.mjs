// How the pages are built: what CMake looks at before it builds them anew, and which names the first script's build may shorten.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { kOwnNames, kSharedNames } from '../../web/build/own_names.mjs';

const web = fileURLToPath(new URL('../../web/', import.meta.url));

test('a change of any source of the pages is one that CMake sees', () => {
  const [, list] = /set\(WEB_SOURCES\n([^)]*)\)/.exec(readFileSync(`${web}CMakeLists.txt`, 'utf8'));
  const listed = new Set(list.trim().split(/\s+/));
  const folders = ['build', 'hlsjs', 'src', 'src/after', 'src/messages', 'src/offline', 'src/own', 'studio/src', 'studio/src/messages'];
  const there = folders.flatMap((folder) => readdirSync(web + folder, { withFileTypes: true }).filter((one) => one.isFile()).map(({ name }) => `${folder}/${name}`));
  assert.deepEqual(there.filter((path) => !listed.has(path)), []);
});

test('a name that the first script\'s build shortens is one that our own player\'s parts alone use', { timeout: 120_000 }, () => {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(`${web}tsconfig.json`, ts.sys.readFile).config, ts.sys, web);
  const program = ts.createProgram([`${web}src/watch.ts`], options);
  const checker = program.getTypeChecker();
  const isOwn = (declaration) => declaration.getSourceFile().fileName.startsWith(`${web}src/own/`);
  const faults = [];
  let looked = 0;
  // What a property's name stands for; nothing for a variable's.
  function meant(node) {
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return checker.getSymbolAtLocation(node);
    if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent) && (parent.propertyName ?? parent.name) === node)
      return checker.getPropertyOfType(checker.getTypeAtLocation(parent.parent), node.text);
    if ((ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isGetAccessor(parent)) && parent.name === node && ts.isObjectLiteralExpression(parent.parent))
      return checker.getPropertyOfType(checker.getContextualType(parent.parent) ?? checker.getTypeAtLocation(parent.parent), node.text) ?? checker.getSymbolAtLocation(node);
    return undefined;
  }
  const look = (file) => function visit(node) {
    if (ts.isIdentifier(node) && kOwnNames.test(node.text)) {
      const found = meant(node);
      if (found) ++looked;
      if (found && !(found.declarations ?? []).every(isOwn)) faults.push(`${file.fileName.slice(web.length)}:${file.getLineAndCharacterOfPosition(node.pos).line + 1} ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  // Type imports bring the other scripts' files into the program; they are builds of their own.
  const first = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${web}src/`) && !/\/(after|messages|offline)\/|\/(native|hlsjs|rescue)\.ts$/.test(fileName));
  for (const file of first) look(file)(file);
  assert.ok(looked > 100, `${looked} uses were found`);
  assert.deepEqual(faults, []);
});

test('a name that is shortened in the first script and the second is in no other', () => {
  const both = new RegExp(`\\b(${Object.keys(kSharedNames).join('|')})\\b`);
  const others = ['hlsjs.ts', 'native.ts', 'rescue.ts', 'hook.ts', 'usage.ts', 'lesson.ts', 'after/panel.ts', 'after/reports.ts', 'after/cmcd.ts', 'after/statements.ts', 'offline/worker.ts']
    .filter((name) => existsSync(`${web}src/${name}`));
  const code = (name) => readFileSync(`${web}src/${name}`, 'utf8').replace(/\/\/.*$/gm, '');
  assert.deepEqual(others.filter((name) => both.test(code(name))), []);
  assert.deepEqual(['own/player.ts', 'after/limit.ts'].filter((name) => !both.test(code(name))), []);
});
