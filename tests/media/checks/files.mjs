// index.json against the disk: every listed file has the bytes and hash it claims, nothing unlisted lies about, compressed
// siblings open to their originals, and the document fits docs/index.schema.json.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Ajv2020 from 'ajv/dist/2020.js';

const kOwn = new Set(['index.json', 'index.json.gz', 'index.json.br']);

export async function checkFiles(version, problems) {
  const add = (text) => problems.add('files', text);
  const { dir, index } = version;
  const listed = new Map();
  let before = '';
  for (const file of index.files ?? []) {
    if (listed.has(file.path)) add(`${file.path} is listed twice`);
    if (file.path < before) add(`files are not sorted by path: ${file.path} after ${before}`);
    if (file.path.startsWith('/') || file.path.split('/').includes('..')) add(`${file.path} is not a relative path inside the version`);
    before = file.path;
    listed.set(file.path, file);
  }
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const onDisk = new Set();
  for (const entry of entries) {
    const path = relative(dir, join(entry.parentPath ?? entry.path, entry.name));
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) add(`${path} is not a regular file`);
    onDisk.add(path);
    if (!listed.has(path) && !kOwn.has(path)) add(`${path} is on disk but not in the index`);
  }
  for (const [path, file] of listed) {
    if (!onDisk.has(path)) {
      add(`${path} is in the index but not on disk`);
      continue;
    }
    const bytes = await readFile(join(dir, path));
    if (bytes.length !== file.bytes) add(`${path} has ${bytes.length} bytes, the index says ${file.bytes}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== file.sha256) add(`${path} has sha256 ${sha256}, the index says ${file.sha256}`);
    checkMediaType(file, add);
  }
  await checkSiblings(dir, onDisk, add);
}

const kMediaTypes = {
  m3u8: ['application/vnd.apple.mpegurl'], vtt: ['text/vtt'], mp4: ['video/mp4', 'audio/mp4'], m4s: ['video/mp4', 'audio/mp4', 'video/iso.segment', 'audio/iso.segment'],
  json: ['application/json'], jpg: ['image/jpeg'], webp: ['image/webp'], avif: ['image/avif'],
};

function checkMediaType(file, add) {
  const plain = file.path.replace(/\.(gz|br)$/, '');
  const allowed = kMediaTypes[plain.split('.').pop()];
  const said = (file.media_type ?? '').split(';')[0];
  if (plain === file.path && (!allowed || !allowed.includes(said))) add(`${file.path} has media type "${file.media_type}"`);
}

async function checkSiblings(dir, onDisk, add) {
  for (const path of onDisk) {
    const open = path.endsWith('.gz') ? gunzipSync : path.endsWith('.br') ? brotliDecompressSync : undefined;
    if (open) {
      const plain = path.replace(/\.(gz|br)$/, '');
      if (!onDisk.has(plain)) {
        add(`${path} has no original beside it`);
        continue;
      }
      try {
        if (!open(await readFile(join(dir, path))).equals(await readFile(join(dir, plain)))) add(`${path} does not open to ${plain}`);
      } catch (error) {
        add(`${path} cannot be opened: ${error.message}`);
      }
    } else if (path.endsWith('.m3u8')) {
      for (const end of ['gz', 'br']) if (!onDisk.has(`${path}.${end}`)) add(`${path} has no .${end} sibling`);
    }
  }
}

/** `schema` is the parsed docs/index.schema.json. */
export function checkSchema(version, schema, problems) {
  const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile({ ...schema, $schema: undefined });
  if (validate(version.index)) return;
  for (const error of validate.errors) problems.add('schema', `index.json${error.instancePath} ${error.message}`);
}
