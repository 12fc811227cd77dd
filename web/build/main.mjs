// Builds the pages: `node web/build/main.mjs [--out DIR] [--embed FILE.cpp]`. Writes DIR (default web/dist) with hashed assets
// and, where CMake asks, the C++ file that carries them inside the server. The watch page is one document: critical
// CSS and script inlined (one round trip less), a Content-Security-Policy that allows just that script. What the first frame
// does not need are scripts of their own, each named by its hash and by those that load it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { parseArgs } from 'node:util';
import { build, transform } from 'esbuild';
import { build as buildStudio } from 'vite';
import { embed } from './embed.mjs';
import { bundleHlsjs } from './hlsjs.mjs';
import { icon } from './icons.mjs';
import { kOwnNames, kSharedNames, shortColours } from './own_names.mjs';

const kTarget = ['chrome91', 'safari14.1', 'firefox88'];
const kShared = new RegExp(`^(${Object.keys(kSharedNames).join('|')})$`);
const kScript = 'text/javascript; charset=utf-8';
const source = fileURLToPath(new URL('../src/', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' }, embed: { type: 'string' } } });
const out = values.out ?? fileURLToPath(new URL('../dist/', import.meta.url));

const read = (name) => readFileSync(join(source, name), 'utf8');
const sha256 = (bytes, encoding) => createHash('sha256').update(bytes).digest(encoding);
const hashed = (name, extension, bytes) => `assets/${name}-${sha256(bytes, 'hex').slice(0, 6)}.${extension}`;
const css = async (...names) => shortColours((await transform(names.map(read).join('\n'), { loader: 'css', minify: true, target: kTarget })).code.trim());

// define: names of addresses, which are left for the browser to fetch.
async function bundle(name, addresses = {}, options = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(source, `${name}.ts`)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: kTarget,
    write: false,
    external: Object.values(addresses),
    define: Object.fromEntries(Object.entries(addresses).map(([key, address]) => [key, JSON.stringify(address)])),
    ...options,
  });
  return shortColours(outputFiles[0].text.trim());
}

const files = [];
// Returns the address that it will have.
function add(name, extension, media_type, bytes) {
  const path = hashed(name, extension, bytes);
  files.push({ path, media_type, bytes });
  return `/${path}`;
}

// All languages in one folder, whose name changes when any of them does: the page has one hash to carry.
async function addMessages() {
  const languages = readdirSync(join(source, 'messages')).map((name) => name.replace('.ts', '')).filter((name) => name !== 'speak').sort();
  const scripts = await Promise.all(languages.map((language) => bundle(`messages/${language}`, {}, { charset: 'utf8' })));
  const folder = `assets/messages-${sha256(scripts.join('\n'), 'hex').slice(0, 6)}/`;
  languages.forEach((language, i) => files.push({ path: `${folder}${language}.js`, media_type: kScript, bytes: scripts[i] }));
  return `/${folder}`;
}

function addManifest() {
  const icons = [192, 512].flatMap((size) => {
    const src = add(`icon-${size}`, 'png', 'image/png', icon(size));
    return ['any', 'maskable'].map((purpose) => ({ src, sizes: `${size}x${size}`, type: 'image/png', purpose }));
  });
  const manifest = { name: 'Chalkline lessons', short_name: 'Lessons', start_url: '/', scope: '/', display: 'standalone', background_color: '#fbfaf7', theme_color: '#0b5d3b', icons };
  return add('manifest', 'webmanifest', 'application/manifest+json', JSON.stringify(manifest));
}

async function watchPage(addresses) {
  const script = (await bundle('watch', addresses, { mangleProps: new RegExp(`${kOwnNames.source}|${kShared.source}`), mangleCache: kSharedNames })).replaceAll('</script', '<\\/script');
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

const PANEL_URL = add('panel', 'js', kScript, await bundle('after/panel'));
// A classic script, and the one asset that may answer for the whole site (streamer/pages/asset_table.cpp).
const WORKER_URL = add('worker', 'js', kScript, await bundle('offline/worker', {}, { format: 'iife' }));
const second = {
  PANEL_URL, WORKER_URL, MANIFEST_URL: addManifest(),
  REPORTS_URL: add('reports', 'js', kScript, await bundle('after/reports')),
  CMCD_URL: add('cmcd', 'js', kScript, await bundle('after/cmcd')),
  STATEMENTS_URL: add('statements', 'js', kScript, await bundle('after/statements')),
};
const addresses = {
  HLSJS_URL: add('hls', 'js', kScript, await bundleHlsjs(kTarget)),
  NATIVE_URL: add('native', 'js', kScript, await bundle('native')),
  SECOND_URL: add('second', 'js', kScript, await bundle('after/second', second, { mangleProps: kShared, mangleCache: kSharedNames })),
  MESSAGES_AT: await addMessages(),
};
add('home', 'css', 'text/css; charset=utf-8', await css('page.css', 'home.css'));
// A template: the server fills it per lesson and compresses the result, so no compressed forms of it are kept.
files.push({ path: 'watch.html', media_type: 'text/html; charset=utf-8', bytes: await watchPage(addresses), template: true });

// The content team's page and its assets, by Vite (../studio/vite.config.mjs).
async function addStudio() {
  const { output } = await buildStudio({ configFile: join(source, '../studio/vite.config.mjs'), build: { write: false } });
  const types = { js: kScript, css: 'text/css; charset=utf-8' };
  for (const file of output) {
    const media_type = types[file.fileName.split('.').pop()];
    if (file.fileName === 'index.html') files.push({ path: 'studio.html', media_type: 'text/html; charset=utf-8', bytes: file.source });
    else if (media_type) files.push({ path: file.fileName, media_type, bytes: file.code ?? file.source });
    else throw new Error(`web: ${file.fileName} has no media type here`);
  }
}

await addStudio();

const made = files.map(({ bytes, template = false, ...file }) => {
  const identity = Buffer.from(bytes);
  const none = Buffer.alloc(0);
  const coded = !template && file.media_type !== 'image/png';
  return {
    ...file,
    identity,
    gzip: coded ? gzipSync(identity, { level: 9 }) : none,
    brotli: coded ? brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }) : none,
    sha256: sha256(identity, 'hex'),
  };
});

rmSync(out, { recursive: true, force: true });
for (const { path, identity } of made) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), identity);
}
if (values.embed) writeFileSync(values.embed, embed(made));
for (const { path, identity } of made)
  console.log(`${path}  ${identity.length} bytes, ${gzipSync(identity).length} gzip, ${brotliCompressSync(identity).length} brotli`);
