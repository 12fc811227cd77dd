// A version whose files have the sizes to be measured: made by the rules (index.json lists every file with its hash, the
// version is named by the hash of its index), so that the server serves it as any other.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// model: a real version's folder, whose index is taken over. Returns {id, folder, hot: {label: path}, cold: [path]}.
export function makeVersion(versions, model, sizes, coldFiles, coldBytes) {
  const index = JSON.parse(readFileSync(`${model}/index.json`, 'utf8'));
  const made = new Map();
  const hot = {};
  for (const bytes of sizes) {
    hot[bytes] = `video/size/${bytes}.m4s`;
    made.set(hot[bytes], randomBytes(bytes));
  }
  const cold = Array.from({ length: coldFiles }, (_, i) => `video/cold/${i + 1}.m4s`);
  for (const path of cold) made.set(path, randomBytes(coldBytes));
  const files = [...index.files.filter((f) => !made.has(f.path)), ...[...made].map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes), media_type: 'video/iso.segment' }))];
  index.files = files.sort((a, b) => (a.path < b.path ? -1 : 1));
  index.title = 'files to measure delivery with';
  const text = `${JSON.stringify(index, null, 1)}\n`;
  const id = sha256(text);
  for (const name of readdirSync(versions)) if (readFileSync(`${versions}/${name}/index.json`, 'utf8').includes(index.title)) rmSync(`${versions}/${name}`, { recursive: true });
  const folder = `${versions}/${id}`;
  mkdirSync(`${folder}/video/size`, { recursive: true });
  mkdirSync(`${folder}/video/cold`, { recursive: true });
  writeFileSync(`${folder}/index.json`, text);
  for (const [path, bytes] of made) writeFileSync(`${folder}/${path}`, bytes);
  return { id, folder, hot, cold };
}
