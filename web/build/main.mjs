// Builds the pages: `node web/build/main.mjs [--out DIR] [--embed FILE.cpp]`. Writes DIR (default web/dist) with hashed assets
// and, where CMake asks, the C++ file that carries them inside the server. The watch page is one document: critical
// CSS and script inlined (one round trip less), a Content-Security-Policy that allows just that script.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { parseArgs } from 'node:util';
import { build, transform } from 'esbuild';
import { embed } from './embed.mjs';
import { bundleHlsjs } from './hlsjs.mjs';

const kTarget = ['chrome91', 'safari14.1', 'firefox88'];
// What the parts of our own player call each other's values, and nobody else any value: no name of the DOM, of the lesson's JSON or
// of window.chalkline. Shortened, they save 150 bytes of a page that a learner waits for.
const kOwnNames = /^(asked|busy|came|cheapest|early|epoch|feed|finished|initSegment|inits|lengths|measured|piece|reach|reaches|received|sounds|starts|throughput|turn|untilEnd|wanting)$/;
const source = fileURLToPath(new URL('../src/', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' }, embed: { type: 'string' } } });
const out = values.out ?? fileURLToPath(new URL('../dist/', import.meta.url));

const read = (name) => readFileSync(join(source, name), 'utf8');
const sha256 = (bytes, encoding) => createHash('sha256').update(bytes).digest(encoding);
const hashed = (name, extension, bytes) => `assets/${name}-${sha256(bytes, 'hex').slice(0, 12)}.${extension}`;
const css = async (...names) => (await transform(names.map(read).join('\n'), { loader: 'css', minify: true, target: kTarget })).code.trim();

async function watchPage(hlsUrl) {
  const { outputFiles } = await build({
    entryPoints: [join(source, 'watch.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: kTarget,
    write: false,
    external: [hlsUrl],
    define: { HLSJS_URL: JSON.stringify(hlsUrl) },
    mangleProps: kOwnNames,
  });
  const script = outputFiles[0].text.trim().replaceAll('</script', '<\\/script');
  const csp = [
    "default-src 'self'",
    `script-src 'self' 'sha256-${sha256(script, 'base64')}'`,
    "style-src 'unsafe-inline'",
    'img-src * data:',
    'media-src * blob:', // segments may come from a mirror
    'connect-src *',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts = { csp, css: await css('page.css', 'watch.css'), script };
  return read('watch.html').replace(/\[\[(\w+)\]\]/g, (_all, name) => parts[name]);
}

const hls = await bundleHlsjs(kTarget);
const hlsPath = hashed('hls', 'js', hls);
const page = await css('page.css');
const kScript = 'text/javascript; charset=utf-8';
const files = [
  { path: hlsPath, media_type: kScript, bytes: hls },
  { path: hashed('home', 'css', page), media_type: 'text/css; charset=utf-8', bytes: page },
  // A template: the server fills it per lesson and compresses the result, so no compressed forms of it are kept.
  { path: 'watch.html', media_type: 'text/html; charset=utf-8', bytes: await watchPage(`/${hlsPath}`), template: true },
].map(({ bytes, template = false, ...file }) => {
  const identity = Buffer.from(bytes);
  const none = Buffer.alloc(0);
  return {
    ...file,
    identity,
    gzip: template ? none : gzipSync(identity, { level: 9 }),
    brotli: template ? none : brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    sha256: sha256(identity, 'hex'),
  };
});

rmSync(out, { recursive: true, force: true });
for (const { path, identity } of files) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), identity);
}
if (values.embed) writeFileSync(values.embed, embed(files));
for (const { path, identity } of files)
  console.log(`${path}  ${identity.length} bytes, ${gzipSync(identity).length} gzip, ${brotliCompressSync(identity).length} brotli`);
