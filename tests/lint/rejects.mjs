// Proof that each lint can fail: small trees, each with the exact findings (file:line) that its rule must report and no
// other. Run by CTest as lint_rejects. The trees of the pure rules are tables in memory; what a tool must open itself
// (clang-format, shellcheck) is written to a temporary folder.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { treeOf } from './lint.mjs';

const inMemory = (texts) => ({ files: Object.keys(texts).sort(), has: (path) => path in texts, text: (path) => texts[path], root: null });

function onDisk(texts, use) {
  const root = mkdtempSync(join(tmpdir(), 'chalkline-lint-'));
  try {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode: 0o755 });
    }
    return use(treeOf(root));
  } finally {
    rmSync(root, { recursive: true });
  }
}

const lines = (...parts) => `${parts.join('\n')}\n`;
const README_HEAD = lines('# A', '', '| package | why |', '| --- | --- |');

const CASES = [
  {
    name: 'core includes nothing of ours', rule: 'layering',
    texts: { 'core/a.hpp': lines('#include "core/b.hpp"', '#include "config/c.hpp"'), 'core/b.hpp': '', 'config/c.hpp': lines('#include "core/b.hpp"') },
    findings: ['core/a.hpp:2'],
  },
  {
    name: 'siblings do not include each other', rule: 'layering',
    texts: {
      'manifests/a.cpp': lines('// a', '#include "transcode/b.hpp"', '#include "manifests/c.hpp"'), 'transcode/b.hpp': '', 'manifests/c.hpp': '',
      'streamer/d.cpp': lines('#include "mirror/e.hpp"', '#include "publish/f.hpp"', '#include "client/h.hpp"'), 'client/h.hpp': '', 'mirror/e.hpp': '', 'publish/f.hpp': lines('  #  include "streamer/g.hpp"'), 'streamer/g.hpp': '',
    },
    findings: ['manifests/a.cpp:2', 'publish/f.hpp:1', 'streamer/d.cpp:1', 'streamer/d.cpp:3'],
  },
  {
    name: 'third-party libraries stay in their folders', rule: 'layering',
    texts: {
      'library/a.cpp': lines('#include <boost/asio/io_context.hpp>', '#include <sqlite3.h>', '#include <libavformat/avformat.h>'),
      'transcode/b.cpp': lines('#include <libavformat/avformat.h>', '#include <boost/beast/http.hpp>', '#include <nlohmann/json.hpp>'),
      'streamer/c.cpp': lines('#include <boost/beast/http.hpp>', '#include <doctest/doctest.h>'), 'tests/core/d.cpp': lines('#include <doctest/doctest.h>'),
      'client/e.cpp': lines('#include <curl/curl.h>'), 'mirror/f.cpp': lines('#include <curl/curl.h>'),
    },
    findings: ['library/a.cpp:1', 'library/a.cpp:3', 'mirror/f.cpp:1', 'streamer/c.cpp:2', 'transcode/b.cpp:2', 'transcode/b.cpp:3'],
  },
  {
    name: 'manifests knows neither files nor clocks', rule: 'layering',
    texts: { 'manifests/a.cpp': lines('#include <string>', '#include <filesystem>', '#include <chrono>', '#include "core/file.hpp"'), 'core/file.hpp': '' },
    findings: ['manifests/a.cpp:2', 'manifests/a.cpp:3', 'manifests/a.cpp:4'],
  },
  {
    name: 'an include is written from the root and leads somewhere', rule: 'layering',
    texts: { 'core/a.cpp': lines('#include "../core/b.hpp"', '#include "core/gone.hpp"', '#include "core/b.hpp"'), 'core/b.hpp': '' },
    findings: ['core/a.cpp:1', 'core/a.cpp:2'],
  },
  { name: 'a folder without a place is noticed', rule: 'layering', texts: { 'extras/a.cpp': '// a\n' }, findings: ['extras/a.cpp:1'] },
  {
    name: 'links follow the includes', rule: 'layering',
    texts: { 'manifests/CMakeLists.txt': lines('chalkline_library(chalkline_manifests', '  LINKS chalkline_core', '  chalkline_transcode)') },
    findings: ['manifests/CMakeLists.txt:3'],
  },
  {
    name: 'a source file opens with a comment', rule: 'file_shape',
    texts: {
      'core/a.cpp': lines('#include <string>', '// late'), 'core/b.hpp': lines('// b', '#pragma once'), 'web/c.css': lines('body {}'), 'web/d.ts': lines('/* d */'),
      'x.sh': lines('#!/bin/sh', 'true'), 'y.sh': lines('#!/bin/sh', '# y', 'true'), 'core/e.cpp': '',
    },
    findings: ['core/a.cpp:1', 'core/e.cpp:1', 'web/c.css:1', 'x.sh:1'],
  },
  {
    name: 'a long file says why', rule: 'file_shape',
    texts: { 'core/a.cpp': '// a\n'.repeat(401), 'core/b.cpp': '// b\n'.repeat(400), 'core/c.cpp': `// Over 400 lines because it is one table.\n${'//\n'.repeat(500)}` },
    findings: ['core/a.cpp:1'],
  },
  {
    name: 'the fixed words are used', rule: 'words',
    texts: {
      'core/a.cpp': lines('// the master playlist', '// a chunk of video', '// TODO: later', 'class StreamManager {};', '// the multivariant playlist'),
      'streamer/b.cpp': lines('// the last-chunk, RFC 9112 7.1'), 'docs/c.md': lines('MasterPlaylist', 'todo lists are fine', 'a whitelist'), 'core/string_utils.cpp': '// u\n',
    },
    findings: ['core/a.cpp:1', 'core/a.cpp:2', 'core/a.cpp:3', 'core/a.cpp:4', 'core/string_utils.cpp:1', 'docs/c.md:1', 'docs/c.md:3'],
  },
  {
    name: 'a test takes its environment from the one place that passes on what CTest says', rule: 'words',
    texts: {
      'tests/cli/a.mjs': lines("const all = { ...process.env, LANG: 'C' };", "const few = { PATH: process.env.PATH, LANG: 'C' };"),
      'tests/support/environment.mjs': lines('// e', 'const made = (caller) => ({ PATH: caller.PATH });'), 'bench/b.mjs': lines('const own = { PATH: process.env.PATH };'),
    },
    findings: ['tests/cli/a.mjs:2'],
  },
  {
    name: 'every dependency has its reason in the README', rule: 'documents',
    texts: {
      'scripts/packages.txt': lines('# the list', 'build  g++  compiles all of it', 'test  brotli  a second opinion', 'sometimes  curl  fetches a thing', 'build  cmake  why'),
      'package.json': '{"dependencies": {"hls.js": "1.6.0"}}',
      'README.md': README_HEAD + lines('| `g++`, `cmake` | compiles |', '| `curl` | fetches |', '| `forgotten` | was used once |'),
    },
    findings: ['README.md:7', 'package.json:1', 'scripts/packages.txt:3', 'scripts/packages.txt:4', 'scripts/packages.txt:5'],
  },
  {
    name: 'the tour visits every folder', rule: 'documents',
    texts: { 'README.md': '# A\n', 'ARCHITECTURE.md': '**`core/`** is small.\n', 'core/a.cpp': '// a\n', 'mirror/b.cpp': '// b\n' },
    findings: ['ARCHITECTURE.md:1'],
  },
  {
    name: 'links lead somewhere', rule: 'documents',
    texts: { 'README.md': lines('[a](docs/a.md) [b](docs/b.md)', '![c](docs) [d](https://example.org/x) [e](#here)'), 'docs/a.md': '[up](../README.md#a) [no](README.md)\n' },
    findings: ['README.md:1', 'docs/a.md:1'],
  },
  {
    name: 'the lock file names the public registry only', rule: 'documents',
    texts: { 'README.md': '', 'package-lock.json': lines('{"resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz"}', '{"resolved": "https://mirror.example/a-1.0.0.tgz"}') },
    findings: ['package-lock.json:2'],
  },
  {
    name: 'code is laid out by clang-format', rule: 'clang_format', disk: true,
    texts: { '.clang-format': 'BasedOnStyle: Google\n', 'a.cpp': lines('// a', 'int  x ;'), 'b.cpp': lines('// b', 'int x;') },
    findings: ['a.cpp:2'],
  },
  {
    name: 'shell scripts are checked', rule: 'shell', disk: true,
    texts: { 'a.sh': lines('#!/bin/bash', '# a', 'set -e', 'rm $1'), 'b.sh': lines('#!/bin/bash', '# b', 'true'), c: lines('#!/bin/bash', '# c', 'set -euo pipefail', 'rm "$1"') },
    findings: ['a.sh:4', 'b.sh:1'],
  },
];

for (const { name, rule, texts, findings, disk } of CASES) {
  const { check } = await import(`./rules/${rule}.mjs`);
  const found = disk ? onDisk(texts, check) : check(inMemory(texts));
  assert.deepEqual(found.map(({ file, line }) => `${file}:${line}`).sort(), findings, `${rule}: ${name}`);
  console.log(`ok ${rule}: ${name}`);
}
