// A real Chromium and a lesson with both ladders, made by the real binary in its two stages: our own player takes AV1 where
// the browser does, H.264 where it refuses, and the browser's own player never meets AV1. The same of one in HEVC: a browser that
// says it has none, as Debian's Chromium did here, plays the H.264 of it and nothing goes wrong. Run by CTest (label browser); by hand:
// CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/saver.test.mjs
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './support/run.mjs';
import { chalkline, openStage, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

let stage;

// A lesson of 20 s of moving, grainy picture, both of its stages done.
async function makeLibrary(codec, name) {
  const folder = join(work, name);
  const library = join(folder, 'library');
  const source = join(folder, 'lesson.mp4');
  const config = join(folder, 'chalkline.yaml');
  await rm(library, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(config, `worker: {lease: 5s}\ntranscode: {x264_preset: veryfast, av1_preset: 10, saver_codec: ${codec}}\n`);
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=15:d=20,noise=alls=12:allf=t', '-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=20',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-pix_fmt', 'yuv420p', '-shortest', source]);
  await run(chalkline, ['add', source, '--title', 'Saver', '--library', library, '--config', config]);
  const worker = spawn(chalkline, ['worker', '--library', library, '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  worker.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  try {
    for (let i = 0; !/lesson published/.test(said); ++i) {
      if (i > 5000 || /job failed/.test(said)) throw new Error(`the second stage did not end well: ${said.slice(-1000)}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  } finally {
    worker.kill('SIGTERM');
  }
  return { library, lesson: 'saver' };
}

// A browser that says no to AV1 in Media Source Extensions.
function refuseAv1() {
  const ask = MediaSource.isTypeSupported;
  MediaSource.isTypeSupported = (type) => !/av01/.test(type) && ask.call(MediaSource, type);
}

// A browser whose decoder is too slow for AV1.
function slowAv1() {
  const ask = navigator.mediaCapabilities.decodingInfo.bind(navigator.mediaCapabilities);
  navigator.mediaCapabilities.decodingInfo = async (question) => {
    const answer = await ask(question);
    return /av01/.test(question.video?.contentType ?? '') ? { supported: answer.supported, smooth: false, powerEfficient: false } : answer;
  };
}

// A browser that promises AV1 and then cannot.
function breakAv1() {
  const add = MediaSource.prototype.addSourceBuffer;
  MediaSource.prototype.addSourceBuffer = function addSourceBuffer(type) {
    const buffer = add.call(this, type);
    if (/av01/.test(type)) buffer.appendBuffer = () => { throw new DOMException('no decoder', 'InvalidStateError'); };
    return buffer;
  };
}

// The codecs of the pictures that were fetched.
async function codecsPlayed(v) {
  const { renditions } = await v.page.evaluate(() => JSON.parse(document.getElementById('lesson').textContent));
  const found = v.requests.filter((url) => /\/video\/\d+\/\d+\.m4s$/.test(url.pathname)).map((url) => /video\/\d+/.exec(url.pathname)[0]);
  return [...new Set(found.map((id) => renditions.find((r) => r.id === id).codec))];
}

async function play(query, script) {
  const v = await visit(stage.browser, stage.address(`/watch/${stage.lesson}${query}`), { script });
  await v.page.click('#play');
  await v.until('the first frame is there', () => chalkline.firstFrame > 0 && chalkline.height > 0);
  await v.playedOn(8);
  return v;
}

// In our own player, and without an error.
async function seekAndPlayOn(v) {
  await v.seek(16);
  await v.playedOn(2);
  const hook = await v.hook();
  assert.equal(hook.engine, 'own');
  assert.deepEqual(hook.errors, []);
}

// The other engines never take a saver ladder.
function othersPlayTheUsual() {
  for (const [engine, query] of [['native', '?engine=native'], ['hls.js', '?engine=hlsjs']])
    it(`is played in H.264 alone by ${engine}`, async () => {
      const v = await play(query);
      assert.equal((await v.hook()).engine, engine);
      assert.deepEqual(await codecsPlayed(v), ['h264']);
      assert.deepEqual(v.wrong, []);
      await v.close();
    });
}

describe('a lesson with a saver ladder', () => {
  before(async () => { stage = await openStage({ make: () => makeLibrary('av1', 'saver') }); });
  after(() => stage?.close());

  it('is played in AV1 by our own player, and seeks in it', async () => {
    const v = await play('');
    await seekAndPlayOn(v);
    assert.deepEqual(await codecsPlayed(v), ['av1']);
    const offered = await v.page.evaluate(() => [...document.querySelectorAll('#picture option')].map(({ value }) => value).filter((value) => /video/.test(value)));
    const { renditions } = await v.page.evaluate(() => JSON.parse(document.getElementById('lesson').textContent));
    assert.deepEqual(offered, renditions.filter(({ codec }) => codec === 'av1').map(({ id }) => id));
    assert.deepEqual(v.wrong, []);
    await v.close();
  });

  for (const [what, script] of [['refuses AV1', refuseAv1], ['decodes AV1 too slowly', slowAv1]])
    it(`is played in H.264 where the browser ${what}`, async () => {
      const v = await play('', script);
      assert.equal((await v.hook()).engine, 'own');
      assert.deepEqual((await v.hook()).errors, []);
      assert.deepEqual(await codecsPlayed(v), ['h264']);
      assert.deepEqual(v.wrong, []);
      await v.close();
    });

  it('is played in H.264 by the same player where the browser promised AV1 and then cannot', async () => {
    const v = await play('', breakAv1);
    const hook = await v.hook();
    assert.equal(hook.engine, 'own');
    assert.equal(hook.errors.length, 1);
    assert.deepEqual(await codecsPlayed(v), ['av1', 'h264']); // one start is lost
    await v.close();
  });

  othersPlayTheUsual();
});

// Whether this browser can, as it says itself.
const playsHevc = (page) => page.evaluate(async () => {
  const { renditions } = JSON.parse(document.getElementById('lesson').textContent);
  for (const { codec, codecs, width, height, frame_rate: framerate, peak_bandwidth: bitrate } of renditions) {
    if (codec !== 'hevc') continue;
    const contentType = `video/mp4; codecs="${codecs}"`;
    if (!MediaSource.isTypeSupported(contentType)) return false;
    const { supported, smooth } = await navigator.mediaCapabilities.decodingInfo({ type: 'media-source', video: { contentType, width, height, framerate, bitrate } });
    if (!supported || !smooth) return false;
  }
  return true;
});

describe('a lesson with a saver ladder in HEVC', () => {
  before(async () => { stage = await openStage({ make: () => makeLibrary('hevc', 'saver-hevc') }); });
  after(() => stage?.close());

  it('is played in HEVC where the browser decodes it, and else in H.264 without a lost start', async () => {
    const v = await play('');
    await seekAndPlayOn(v);
    const { renditions } = await v.page.evaluate(() => JSON.parse(document.getElementById('lesson').textContent));
    assert.ok(renditions.some(({ codec, codecs, frame_rate: rate }) => codec === 'hevc' && /^hvc1\.1\.6\.L/.test(codecs) && rate > 0));
    assert.deepEqual(await codecsPlayed(v), [(await playsHevc(v.page)) ? 'hevc' : 'h264']);
    assert.deepEqual(v.wrong, []);
    await v.close();
  });

  it('is played in H.264 by the same player where the browser promised HEVC and then cannot', async () => {
    const v = await play('', () => {
      MediaSource.isTypeSupported = () => true;
      navigator.mediaCapabilities.decodingInfo = async () => ({ supported: true, smooth: true, powerEfficient: true });
      const add = MediaSource.prototype.addSourceBuffer;
      MediaSource.prototype.addSourceBuffer = function addSourceBuffer(type) {
        if (/hvc1/.test(type)) throw new DOMException('no decoder', 'NotSupportedError');
        return add.call(this, type);
      };
    });
    const hook = await v.hook();
    assert.equal(hook.engine, 'own');
    assert.equal(hook.errors.length, 1);
    assert.equal((await codecsPlayed(v)).at(-1), 'h264');
    await v.close();
  });

  othersPlayTheUsual();
});
