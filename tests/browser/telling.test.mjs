// What a visit tells where an operator wants to hear of it: a report at its end, CMCD
// with each request, statements of xAPI that wait for the network. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/telling.test.mjs
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownLesson } from './support/lesson.mjs';
import { until } from './support/run.mjs';
import { chalkline, openStage, shots, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

// What an LRS is to a browser: it takes arrays of statements, knows each id once, and says so (xAPI 1.0.3, communication 2.1.1). With
// `down` it breaks every line, as where there is no network.
async function openLrs() {
  const lrs = { taken: new Map(), heads: [], down: false, refused: 0 };
  const server = createServer((request, answer) => {
    if (lrs.down) {
      ++lrs.refused;
      return request.socket.destroy();
    }
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'authorization, content-type, x-experience-api-version', 'Access-Control-Allow-Methods': 'POST' };
    if (request.method === 'OPTIONS') return answer.writeHead(204, cors).end();
    let text = '';
    request.on('data', (data) => { text += data; });
    request.on('end', () => {
      const list = JSON.parse(text);
      const refused = request.method !== 'POST' || request.url !== '/xapi/statements' || request.headers['x-experience-api-version'] !== '1.0.3' || !Array.isArray(list);
      if (refused) return answer.writeHead(400, cors).end();
      lrs.heads.push(request.headers);
      for (const statement of list) lrs.taken.set(statement.id, statement);
      return answer.writeHead(200, { ...cors, 'Content-Type': 'application/json' }).end(JSON.stringify(list.map(({ id }) => id)));
    });
    return undefined;
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  lrs.endpoint = `http://127.0.0.1:${server.address().port}/xapi`;
  lrs.close = () => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  lrs.told = (verb) => [...lrs.taken.values()].filter((one) => one.verb.display.en === verb);
  return lrs;
}

let lrs;
let stage;

// The lesson that all watch, in a library of its own: reports are kept there.
async function make() {
  const own = await ownLesson(chalkline, work, 'telling');
  const config = join(work, 'telling.yaml');
  lrs = await openLrs();
  await writeFile(config, `learners:\n  reports: true\n  request_data: true\n  lrs: ${lrs.endpoint}\n`);
  return { ...own, options: ['--config', config] };
}
before(async () => { stage = await openStage({ make }); });
after(async () => {
  await stage?.close();
  await lrs?.close();
});

const metrics = async () => (await fetch(stage.address('/metrics'))).text();
const metric = async (name) => Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(await metrics())?.[1] ?? NaN);
const hasLoaded = (v, script) => v.until(`${script} is there`, (name) => performance.getEntriesByType('resource').some((one) => one.name.includes(`/assets/${name}-`)), script);

describe('where an operator asks for it, a visit', () => {
  it('says at its end how it was, and who left before it began to play says nothing', async () => {
    const looked = await visit(stage.browser, stage.address(`/watch/${stage.lesson}`));
    await looked.page.goto('about:blank');
    await looked.close();
    const v = await visit(stage.browser, stage.address(`/watch/${stage.lesson}`));
    await v.until('the poster is there, long before Play', () => video.poster !== '');
    await new Promise((done) => setTimeout(done, 1000));
    await v.page.click('#play');
    const first = await v.page.evaluate(() => performance.now());
    await hasLoaded(v, 'reports');
    await v.playedOn(4);
    const started = (await v.hook()).firstFrame - first;
    assert.equal(await metric('chalkline_visits_total'), 0);
    await v.page.goto('about:blank');
    await until('the report is counted', async () => (await metric('chalkline_visits_total')) === 1);
    await v.close();
    const [file] = await readdir(join(stage.library, 'reports'));
    const report = JSON.parse(await readFile(join(stage.library, 'reports', file), 'utf8'));
    assert.equal(report.lesson, stage.lesson);
    assert.equal(report.engine, 'own');
    assert.ok(report.start_ms > 0 && report.start_ms < started + 500, `${report.start_ms} ms from the press of Play, not from the poster; ${started}`);
    assert.ok(report.played_ms > 4000 && report.bytes > 50_000, JSON.stringify(report));
    assert.ok(report.rungs.every(({ lines, ms }) => lines >= 0 && ms >= 0) && report.rungs.some(({ lines }) => lines > 0));
    assert.deepEqual(Object.keys(report).sort(), ['bytes', 'engine', 'errors', 'held_ms', 'lesson', 'played_ms', 'rungs', 'stalled_ms', 'stalls', 'start_ms']);
    assert.deepEqual(v.wrong, []);
  });

  it('says with each request how its player is doing, which the server counts', async () => {
    const before = await metric('chalkline_client_reports_total');
    const v = await visit(stage.browser, stage.address(`/watch/${stage.lesson}`));
    const told = [];
    v.page.on('request', (request) => { if (request.headers()['cmcd-session']) told.push(request.headers()); });
    await v.page.click('#play');
    await hasLoaded(v, 'cmcd');
    await v.seek(60); // beyond what is fetched ahead
    await v.playedOn(2);
    await until('requests carry CMCD', () => told.some((head) => /nor="\d+\.m4s"/.test(head['cmcd-request'])));
    assert.equal(new Set(told.map((head) => head['cmcd-session'])).size, 1, 'one session');
    const [first] = told;
    assert.match(first['cmcd-session'], /^cid="[^"]+",sf=o,sid="[0-9a-f-]+",st=v$/);
    for (const head of told) assert.match(head['cmcd-object'], /^br=\d+,(d=\d+,)?ot=[aiv],tb=\d+$/);
    for (const head of told) assert.match(head['cmcd-request'], /^bl=\d+,dl=\d+/);
    assert.ok((await metric('chalkline_client_reports_total')) > before, 'the server counts them');
    assert.deepEqual(v.wrong, []);
    await v.close();
  });
});

describe('statements of xAPI', () => {
  const address = (query = '') => stage.address(`/watch/${stage.lesson}${query}`);

  it('tell what was played, in the words of the video profile', async () => {
    const v = await visit(stage.browser, address());
    lrs.taken.clear();
    await v.page.click('#play');
    await until('it is told', () => lrs.told('initialized').length > 0 && lrs.told('played').length > 0);
    const [played] = lrs.told('played');
    assert.equal(played.verb.id, 'https://w3id.org/xapi/video/verbs/played');
    assert.equal(played.object.id, address());
    assert.equal(played.object.definition.type, 'https://w3id.org/xapi/video/activity-type/video');
    assert.equal(typeof played.result.extensions['https://w3id.org/xapi/video/extensions/time'], 'number');
    assert.match(played.actor.account.name, /^[0-9a-f-]{36}$/);
    assert.equal(played.context.contextActivities.category[0].id, 'https://w3id.org/xapi/video');
    await v.close();
  });

  it('tell how the visit ended when its page is left, each once', async () => {
    const v = await visit(stage.browser, address());
    lrs.taken.clear();
    await v.page.click('#play');
    await until('it is told', () => lrs.told('initialized').length > 0 && lrs.told('played').length > 0);
    await v.playedOn(2);
    await v.page.goto('about:blank');
    await until('it has ended', () => lrs.told('terminated').length > 0 && lrs.told('paused').length > 0);
    assert.ok(lrs.told('terminated')[0].result.extensions['https://w3id.org/xapi/video/extensions/time'] > 2);
    await v.page.goto(address()); // who comes next tells nothing that was told
    await v.page.click('#play');
    await until('the next visit is told', () => lrs.told('initialized').length === 2);
    assert.equal(lrs.told('terminated').length, 1);
    await v.close();
  });

  it('tell how a visit ended whose page was killed, by whoever comes next', async () => {
    const v = await visit(stage.browser, address());
    lrs.taken.clear();
    await v.page.click('#play');
    await until('it is told', () => lrs.told('initialized').length > 0 && lrs.told('played').length > 0);
    await v.until('the end is kept', () => Object.keys(localStorage).some((key) => key.startsWith('chalkline.last.')));
    const session = await v.page.evaluate(() => Object.keys(localStorage).find((key) => key.startsWith('chalkline.last.')).slice('chalkline.last.'.length));
    const killer = await v.context.newCDPSession(v.page);
    killer.send('Page.crash').catch(() => undefined); // it does not answer
    await v.page.waitForEvent('crash');
    const next = await v.context.newPage();
    // As three minutes later: whoever renewed it is gone.
    await next.addInitScript(() => { for (const key of Object.keys(localStorage)) if (key.startsWith('chalkline.last.')) localStorage[key] = localStorage[key].replace(/"when":\d+/, '"when":1'); });
    await next.goto(address());
    await next.click('#more');
    await until('it is told', () => lrs.told('terminated').some(({ context }) => context.extensions['https://w3id.org/xapi/video/extensions/session-id'] === session));
    await v.close();
  });

  it('leave the place of a lesson where it was until somebody goes on from there', async () => {
    const known = { [stage.lesson]: { title: 'T', at: 50, duration: 72, spans: [[0, 50]], done: false, when: 1 } };
    const script = `if (location.protocol === 'http:') localStorage['chalkline.watched'] ||= '${JSON.stringify(known)}'`;
    const v = await visit(stage.browser, address(), { script });
    const offered = () => v.until('it is offered to go on', () => /0:50/.test(document.querySelector('#goon')?.textContent));
    await v.page.click('#play');
    await offered();
    await v.playedOn(7);
    await v.page.reload();
    await v.page.click('#play');
    await offered();
    await v.close();
  });

  it('wait while there is no network, through a closed page, and come once it is there, completion too', async () => {
    lrs.taken.clear();
    lrs.down = true;
    const known = { [stage.lesson]: { title: 'T', at: 50, duration: 72, spans: [[0, 66]], done: false, when: 1 }, other: { title: 'O', at: 9, duration: 9, spans: [[0, 9]], done: true, when: 1 } };
    const script = `if (location.protocol === 'http:') localStorage['chalkline.watched'] ||= '${JSON.stringify(known)}'`;
    const v = await visit(stage.browser, address(), { script });
    const queued = () => v.page.evaluate(() => new Promise((done) => {
      const request = indexedDB.open('chalkline');
      request.onsuccess = () => { request.result.transaction('statements').objectStore('statements').getAll().onsuccess = ({ target }) => done(target.result.map(({ statement }) => statement.verb.display.en)); };
    }));
    await v.page.click('#play');
    await v.until('it is offered to go on where it was left', () => /0:50/.test(document.querySelector('#goon')?.textContent));
    await v.page.locator('#goon').scrollIntoViewIfNeeded();
    assert.ok((await v.page.locator('#goon button').boundingBox()).height >= 44);
    await v.page.screenshot({ path: join(shots, 'go-on.png') });
    await v.page.focus('#goon button');
    await v.page.keyboard.press('Enter');
    await v.until('it went on there', () => video.currentTime >= 50 && !document.getElementById('goon'));
    await v.seek(66);
    await v.until('the lesson is completed', () => JSON.parse(localStorage['chalkline.watched'])[JSON.parse(document.getElementById('lesson').textContent).id].done);
    await until('it is in the queue', async () => (await queued()).filter((verb) => verb === 'completed').length === 2);
    await until('it was tried', () => lrs.refused > 0);
    assert.equal(lrs.taken.size, 0);
    await v.page.goto('about:blank');
    lrs.down = false;
    await v.page.goto(address()); // another visit, another day
    await v.page.click('#more');
    await until('all of it has come', () => ['initialized', 'played', 'seeked', 'completed', 'paused', 'terminated'].every((verb) => lrs.told(verb).length > 0));
    await until('the queue is empty', async () => (await queued()).length === 0);
    assert.deepEqual(lrs.told('completed').map(({ object }) => object.id).sort(), [address(), stage.address('/watch/other')].sort(), 'each once, what was completed before too');
    const [completed] = lrs.told('completed').filter(({ object }) => object.id === address());
    assert.equal(completed.result.completion, true);
    assert.match(completed.result.extensions['https://w3id.org/xapi/video/extensions/played-segments'], /^0\[\.\]\d/);
    await v.close();
  });

  it('go to the endpoint that a platform launches with, for its learner, and tell it nothing of other lessons', async () => {
    lrs.taken.clear();
    lrs.heads.length = 0;
    const launch = new URLSearchParams({
      endpoint: `${lrs.endpoint}/`, auth: 'Basic c2Nob29sOnNlY3JldA==', actor: JSON.stringify({ mbox: 'mailto:amina@school.example' }),
      registration: '3f9c2b3e-6c39-4f6a-8d2a-1f0c2f7a9b11', activity_id: 'https://school.example/lessons/7',
    });
    const other = { other: { title: 'O', at: 9, duration: 9, spans: [[0, 9]], done: true, when: 1 } };
    const v = await visit(stage.browser, address(`?${launch}`), { script: `if (location.protocol === 'http:') localStorage['chalkline.watched'] ||= '${JSON.stringify(other)}'` });
    await v.page.click('#play');
    await until('the platform has heard', () => lrs.told('played').length > 0);
    for (const one of lrs.taken.values()) {
      assert.equal(one.actor.mbox, 'mailto:amina@school.example');
      assert.equal(one.object.id, 'https://school.example/lessons/7');
      assert.equal(one.context.registration, '3f9c2b3e-6c39-4f6a-8d2a-1f0c2f7a9b11');
    }
    assert.ok(lrs.heads.every(({ authorization }) => authorization === 'Basic c2Nob29sOnNlY3JldA=='));
    assert.deepEqual(lrs.told('completed'), []);
    await v.close();
  });
});
