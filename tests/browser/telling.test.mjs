// What a visit tells where an operator wants to hear of it: a report at its end, and CMCD with each request. Run by CTest (label browser); by hand:
//   CHALKLINE=build/dev/chalkline WORK=build/dev/browser node --test tests/browser/telling.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedLesson } from './support/lesson.mjs';
import { until } from './support/run.mjs';
import { chalkline, openStage, work } from './support/stage.mjs';
import { visit } from './support/visit.mjs';

let stage;

// The lesson that all watch, in a library of its own: reports are kept there.
async function make() {
  const { library: shared, lesson } = await sharedLesson(chalkline, work);
  const library = join(work, 'telling-library');
  await rm(library, { recursive: true, force: true });
  await cp(shared, library, { recursive: true });
  const config = join(work, 'telling.yaml');
  await writeFile(config, 'learners:\n  reports: true\n  request_data: true\n');
  return { library, lesson, options: ['--config', config] };
}
before(async () => { stage = await openStage({ make }); });
after(() => stage?.close());

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
