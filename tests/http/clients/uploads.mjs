// Uploads by tus-js-client, a client that others wrote, through random cuts: the connection is reset, the server is killed
// (-9) and started again, its disk is full for a while, the client is given up and a fresh one goes on from its address.
// Afterwards every byte must have arrived, each recording must be one lesson, and nothing may be left once what was abandoned
// has expired. The disk is a small one of its own (a tmpfs in a mount namespace), where that can be had.
//   node uploads.mjs --cuts 40 --seed 1     prints what was done as a line of JSON; exit code 1 where anything is wrong
//   node uploads.mjs --large 256            one recording of 256 MB by PUT: how much the server's memory grows
//   node uploads.mjs --full                 the disk is full for a while; exit code 77 where that cannot be arranged
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import * as tus from 'tus-js-client';

import { testEnvironment } from '../../support/environment.mjs';
import { seededRandom } from '../../support/random.mjs';
import { smallDisk } from '../../support/small_disk.mjs';
import { Proxy } from './proxy.mjs';

const { values } = parseArgs({ options: { cuts: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' }, large: { type: 'string' }, full: { type: 'boolean' } } });
const binary = process.env.CHALKLINE_BINARY;
const environment = testEnvironment();
assert.ok(binary, 'CHALKLINE_BINARY must name the built program');

const random = seededRandom(Number(values.seed)); // the same cuts for the same seed, as far as the network lets them be the same
const between = (least, most) => least + Math.floor(random() * (most - least));
const running = new Set(); // processes, ended with this one however it ends
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function noise(bytes) {
  const made = Buffer.allocUnsafe(bytes);
  for (let i = 0; i + 4 <= bytes; i += 4) made.writeUInt32LE((random() * 4294967296) >>> 0, i);
  for (let i = bytes & ~3; i < bytes; ++i) made[i] = between(0, 256);
  return made;
}

class Server {
  constructor(folder, expiry, disk = null) {
    this.folder = folder;
    this.disk = disk;
    this.library = join(folder, 'library');
    this.files = disk?.path ?? this.library; // the library as we see it
    this.port = 0;
    this.configure(expiry);
  }

  configure(expiry) {
    this.config = join(this.folder, 'chalkline.yaml');
    writeFileSync(this.config, `server: {port: 0}\nlibrary: {path: ${this.library}}\nworker: {enabled: false}\nuploads: {expiry: ${expiry}}\nlog: {access: false}\n`);
  }

  #command(args) {
    return this.disk ? this.disk.within(binary, args) : [binary, args];
  }

  token() {
    const said = execFileSync(...this.#command(['token', 'create', '--role', 'editor', '--label', 'test', '--config', this.config, '--json']), { env: environment });
    return JSON.parse(said).secret;
  }

  async start() {
    this.child = spawn(...this.#command(['serve', '--config', this.config]), { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    running.add(this.child);
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    this.said = '';
    this.port = await new Promise((resolve, reject) => {
      this.child.stderr.setEncoding('utf8').on('data', (text) => {
        this.said += text;
        const port = /serving .*address=http:\/\/[^:]+:(\d+)\//.exec(this.said)?.[1];
        if (port) resolve(Number(port));
      });
      this.child.on('close', () => reject(new Error(`the server ended: ${this.said}`)));
    });
  }

  async kill(signal = 'SIGKILL') {
    this.port = 0;
    this.child.kill(signal);
    await this.ended;
  }

  async get(path, token) {
    const reply = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
    assert.equal(reply.status, 200, `${path}: ${reply.status}`);
    return reply.json();
  }
}

/** One file by tus-js-client, given up and begun again as often as `cutClient` asks for it. */
class Sender {
  constructor(bytes, name, options, onFull) {
    this.bytes = bytes;
    this.onFull = onFull;
    this.name = name;
    this.options = options;
    this.url = null;
    this.retries = 0;
    this.givenUp = 0;
  }

  send() {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.#begin();
    });
  }

  #begin() {
    const upload = new tus.Upload(this.bytes, {
      ...this.options,
      uploadUrl: this.url,
      metadata: { filename: `${this.name}.mp4`, filetype: 'video/mp4', title: this.name },
      metadataForPartialUploads: {},
      retryDelays: Array(60).fill(0).map((_, i) => Math.min(20 * (i + 1), 500)),
      onShouldRetry: (error) => {
        ++this.retries;
        const status = error.originalResponse?.getStatus() ?? 0;
        if (status === 507) this.onFull();
        return status < 400 || status >= 500 || status === 409 || status === 423;
      },
      // What it gives up, an application takes up again.
      onError: this.#if(() => upload, (error) => (++this.givenUp > 20 ? this.reject(error) : setTimeout(() => this.restart(), 100))),
      onSuccess: this.#if(() => upload, () => this.resolve(upload.url)),
    });
    this.upload = upload;
    upload.start();
  }

  // What an abandoned Upload still says is nobody's business.
  #if(which, action) {
    return (...args) => this.upload === which() && action(...args);
  }

  async restart() {
    const old = this.upload;
    this.upload = null;
    // Parts of an upload in parallel have addresses of their own: such a one begins anew.
    this.url = this.options.parallelUploads ? null : old.url;
    await old.abort();
    this.#begin();
  }
}

async function cutRun(folder) {
  const wanted = Number(values.cuts);
  const disk = await smallDisk(join(folder, 'library'), 2_000);
  const server = new Server(folder, '10m', disk);
  const token = server.token();
  await server.start();
  const proxy = new Proxy(() => server.port);
  const port = await proxy.listen();
  const done = { reset: 0, kill: 0, full: 0, client: 0 };
  let refused = 0; // for want of room
  const senders = new Set();
  const total = () => done.reset + done.kill + done.full + done.client;
  let cutting = Promise.resolve();

  const cutNext = () => {
    if (total() >= wanted) return;
    proxy.after(between(2_000, 500_000), () => {
      cutting = cut().then(cutNext);
    });
  };
  const cut = async () => {
    const kind = ['reset', 'reset', 'kill', 'client', ...(disk ? ['full'] : [])][between(0, disk ? 5 : 4)];
    ++done[kind];
    if (kind === 'full') {
      const before = refused;
      disk.fill();
      // Until somebody was told, or everybody had nothing to send.
      for (const deadline = Date.now() + 1_000; refused === before && Date.now() < deadline; await sleep(10));
      disk.empty();
    } else if (kind === 'kill') {
      await server.kill();
      proxy.reset();
      await server.start();
    } else if (kind === 'client' && senders.size > 0) {
      const sender = [...senders][between(0, senders.size)];
      proxy.reset();
      await sender.restart();
    } else {
      proxy.reset();
    }
  };

  const files = [];
  const began = Date.now();
  cutNext();
  const work = async () => {
    while (total() < wanted || files.length < 8) {
      const bytes = noise(between(10_000, 2_000_000));
      const file = { name: `lesson ${files.length}`, sha256: sha256(bytes), bytes: bytes.length };
      files.push(file);
      const options = { endpoint: `http://127.0.0.1:${port}/files/`, headers: { Authorization: `Bearer ${token}` } };
      const way = between(0, 4);
      if (way === 1) options.chunkSize = between(50_000, 400_000);
      if (way === 2) options.uploadDataDuringCreation = true;
      if (way === 3) options.parallelUploads = 3;
      const sender = new Sender(bytes, file.name, options, () => ++refused);
      senders.add(sender);
      file.url = await sender.send();
      senders.delete(sender);
      file.retries = sender.retries;
    }
  };
  await Promise.all([work(), work(), work()]);
  await cutting;
  proxy.close();
  const seconds = (Date.now() - began) / 1000;

  for (const file of files) {
    const { pathname } = new URL(file.url);
    const told = await server.get(pathname, token);
    assert.equal(told.state, 'done', `${file.name}: ${JSON.stringify(told)}`);
    assert.equal(told.sha256, file.sha256, file.name);
    assert.equal(told.length, file.bytes, file.name);
    file.lesson = told.lesson;
  }
  const { lessons } = await server.get('/api/v1/lessons');
  const { jobs } = await server.get('/api/v1/jobs');
  assert.equal(new Set(files.map((file) => file.lesson)).size, files.length, 'a lesson for each recording');
  assert.equal(lessons.length, files.length, 'and no lesson more');
  assert.equal(jobs.length, files.length, 'a job for each lesson');
  const incoming = join(server.files, 'incoming');
  const stored = readdirSync(incoming).map((id) => {
    const inside = join(incoming, id, '0');
    return sha256(readFileSync(join(inside, readdirSync(inside)[0])));
  });
  assert.deepEqual(stored.sort(), files.map((file) => file.sha256).sort(), 'every byte is in the library');

  // What was abandoned on the way expires, and leaves nothing.
  const left = () => (existsSync(join(server.files, 'uploads')) ? readdirSync(join(server.files, 'uploads')).filter((name) => !name.startsWith('.')) : []);
  const abandoned = left().length;
  await server.kill();
  server.configure('1s');
  await server.start();
  for (const deadline = Date.now() + 60_000; left().length > 0; await sleep(50)) assert.ok(Date.now() < deadline, `left behind: ${left()}`);
  assert.deepEqual(readdirSync(incoming).length, files.length);
  await server.kill('SIGTERM');
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const retries = files.reduce((sum, file) => sum + file.retries, 0);
  console.log(JSON.stringify({ seed: Number(values.seed), cuts: total(), ...done, refused, files: files.length, bytes, retries, abandoned, seconds }));
}

function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

async function largeRun(folder) {
  const size = Number(values.large) * 1_000_000;
  const server = new Server(folder, '10m');
  const token = server.token();
  await server.start();
  await server.get('/api/v1/lessons');
  const before = residentBytes(server.child.pid);
  let most = before;
  const piece = noise(1_000_000);
  const hash = createHash('sha256');
  const began = Date.now();
  const reply = await new Promise((resolve, reject) => {
    const put = request({ port: server.port, host: '127.0.0.1', method: 'PUT', path: '/files/large.mp4',
      headers: { authorization: `Bearer ${token}`, 'content-length': size } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more) => (text += more)).on('end', () => resolve({ status: answer.statusCode, text }));
    });
    put.on('error', reject);
    let left = size;
    const write = () => {
      while (left > 0) {
        hash.update(piece);
        left -= piece.length;
        most = Math.max(most, residentBytes(server.child.pid));
        if (!put.write(piece)) return put.once('drain', write);
      }
      put.end();
    };
    write();
  });
  most = Math.max(most, residentBytes(server.child.pid));
  const seconds = (Date.now() - began) / 1000;
  assert.equal(reply.status, 201, reply.text);
  assert.equal(JSON.parse(reply.text).sha256, hash.digest('hex'));
  await server.kill('SIGTERM');
  const growth = most - before;
  console.log(JSON.stringify({ bytes: size, seconds, rss_before: before, rss_growth: growth }));
  assert.ok(growth < 64_000_000, `the server's memory grew by ${growth} bytes`);
}

// The disk is full for a while in the middle of one upload.
async function fullRun(folder) {
  const disk = await smallDisk(join(folder, 'library'), 24);
  if (!disk) {
    console.log('there are no namespaces to be had here');
    return 77;
  }
  const server = new Server(folder, '10m', disk);
  const secret = server.token();
  await server.start();
  const proxy = new Proxy(() => server.port);
  proxy.bytesPerSecond = 8_000_000;
  const port = await proxy.listen();
  proxy.see(2_000_000, disk.fill);
  let refused = 0;
  const bytes = noise(9_000_000);
  const url = await new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      endpoint: `http://127.0.0.1:${port}/files/`,
      headers: { Authorization: `Bearer ${secret}` },
      metadata: { filename: 'full.mp4' },
      retryDelays: Array(30).fill(100),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus();
        if (status === 507 && ++refused === 2) disk.empty();
        return true;
      },
      onError: reject,
      onSuccess: () => resolve(upload.url),
    });
    upload.start();
  });
  const told = await server.get(new URL(url).pathname, secret);
  assert.equal(told.sha256, sha256(bytes));
  assert.ok(refused >= 2, 'the disk was full, and the client was told so');
  proxy.close();
  await server.kill('SIGTERM');
  console.log(JSON.stringify({ bytes: bytes.length, refused }));
  return 0;
}
const folder = mkdtempSync(join(tmpdir(), 'chalkline-uploads-'));
let code = 0;
try {
  code = (await (values.full ? fullRun(folder) : values.large ? largeRun(folder) : cutRun(folder))) ?? 0;
} catch (error) {
  code = 1;
  console.error(error);
}
for (const child of running) child.kill('SIGKILL');
rmSync(folder, { recursive: true, force: true });
process.exit(code);
