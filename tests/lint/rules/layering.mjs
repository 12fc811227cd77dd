// Who may include whom: core <- {client, config, confine, manifests, transcode, library} <- {publish, hooks} <- {streamer, mirror} <- cli, and which
// folder may touch which third-party library. Reads every #include of the C++ files and every chalkline_* target that a
// folder's CMakeLists.txt links. A new folder must be entered here first: that is the moment to think about its place.

const LOWER = ['core'];
const MIDDLE = ['core', 'config', 'manifests', 'transcode', 'library', 'publish'];
export const MAY_INCLUDE = {
  core: [],
  client: LOWER, // what asks other servers; the streamer, which answers, has no use for it
  config: LOWER,
  confine: LOWER,
  manifests: LOWER,
  transcode: LOWER,
  library: LOWER,
  hooks: ['core', 'client', 'config', 'library'],
  publish: ['core', 'manifests', 'transcode', 'library'],
  streamer: MIDDLE,
  mirror: [...MIDDLE, 'client'],
  cli: [...MIDDLE, 'client', 'confine', 'hooks', 'streamer', 'mirror'],
  web: ['streamer'], // the generated asset table implements streamer/pages/assets.hpp
  bench: ['core', 'confine', 'streamer'], // it measures the server's own cache policy, and transcodes as a worker does
  tests: [...MIDDLE, 'client', 'confine', 'hooks', 'streamer', 'mirror', 'cli', 'bench', 'web'],
};

// Third-party headers and system headers that are not everybody's, and the folders that may see them.
const RESERVED = [
  [/^boost\/beast/, ['streamer', 'mirror']],
  [/^boost\/asio/, ['streamer', 'mirror']],
  [/^(libav|libsw)/, ['transcode']],
  [/^sqlite3/, ['library']],
  [/^sodium/, ['library']],
  [/^yaml-cpp\//, ['config']],
  [/^nlohmann\//, ['manifests', 'library', 'hooks', 'streamer', 'mirror', 'cli', 'bench']],
  [/^spdlog\//, ['core']],
  [/^CLI\//, ['cli', 'bench']],
  [/^openssl\//, ['core', 'streamer', 'mirror']],
  [/^curl\//, ['client']], // one wrapper: a mirror's transfers and the command line's uploads share its options and errors
  [/^nghttp2\//, ['streamer']],
  [/^(brotli\/|zlib\.h)/, ['core', 'publish', 'streamer', 'mirror']],
  [/^doctest/, []],
];

// manifests is data in, text out: no files, no clock, no threads, no terminal.
const NOT_IN_MANIFESTS = /^(filesystem|fstream|iostream|cstdio|stdio\.h|chrono|ctime|time\.h|thread|mutex|future|unistd\.h|fcntl\.h|sys\/.*)$/;

function checkInclude(folder, header, tree) {
  if (header.startsWith('.')) return 'include from the root of the tree, not relatively';
  const reserved = RESERVED.find(([pattern]) => pattern.test(header));
  if (reserved && folder !== 'tests' && !reserved[1].includes(folder))
    return `${folder}/ may not use <${header}>; it belongs to ${reserved[1].map((name) => `${name}/`).join(', ') || 'tests/'}`;
  if (folder === 'manifests' && NOT_IN_MANIFESTS.test(header)) return `manifests/ is pure text: <${header}> does not belong there`;
  if (folder === 'manifests' && header === 'core/file.hpp') return 'manifests/ is pure text: files do not belong there';
  const target = header.split('/')[0];
  if (!(target in MAY_INCLUDE) || !header.includes('/')) return null;
  if (target !== folder && !MAY_INCLUDE[folder].includes(target))
    return `${folder}/ may not include ${target}/; allowed: ${MAY_INCLUDE[folder].join(', ') || 'nothing of ours'}`;
  if (header.endsWith('.hpp') && !tree.has(header)) return `there is no ${header}`;
  return null;
}

export function check(tree) {
  const findings = [];
  for (const file of tree.files) {
    const folder = file.split('/')[0];
    const isCode = /\.(cpp|hpp)$/.test(file);
    if (isCode && file.includes('/') && !(folder in MAY_INCLUDE)) {
      findings.push({ file, line: 1, message: `${folder}/ has no place in tests/lint/rules/layering.mjs yet; give it one` });
      continue;
    }
    if (isCode) {
      tree.text(file).split('\n').forEach((text, index) => {
        const found = /^\s*#\s*include\s*[<"]([^>"]+)[>"]/.exec(text);
        const message = found && checkInclude(folder, found[1], tree);
        if (message) findings.push({ file, line: index + 1, message });
      });
    }
    if (/^[a-z]+\/CMakeLists\.txt$/.test(file) && folder in MAY_INCLUDE && folder !== 'tests') {
      tree.text(file).split('\n').forEach((text, index) => {
        for (const [, target] of text.replace(/#.*/, '').matchAll(/\bchalkline_([a-z]+)\b(?!\()/g))
          if (target in MAY_INCLUDE && target !== folder && !MAY_INCLUDE[folder].includes(target) && !(folder === 'streamer' && target === 'web'))
            findings.push({ file, line: index + 1, message: `${folder}/ may not link chalkline_${target}` });
      });
    }
  }
  return findings;
}
