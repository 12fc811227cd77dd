// Web hooks against a receiver that fails in every way: told at least once, over restarts and kills, signed, never to where a
// redirect points, and to private addresses only where the operator said so.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { addressOf, folderFor, recording, run, start, until } from './chalkline.mjs';

const SECRETS = [`whsec_${Buffer.alloc(32, 1).toString('base64')}`, `whsec_${Buffer.alloc(24, 2).toString('base64')}`];

// As a receiver's library does it (Standard Webhooks 1.0): the secret's bytes over id, time and body.
function isGenuine({ headers, body }, secret) {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const wanted = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(signed).digest('base64');
  const fresh = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 300;
  return fresh && headers['webhook-signature'].split(' ').includes(`v1,${wanted}`);
}

// Takes what it was sent, and never ends saying so.
function flood(reply) {
  reply.writeHead(200);
  const more = () => reply.destroyed || (reply.write('x'.repeat(10_000)) ? setImmediate(more) : reply.once('drain', more));
  more();
}

/** A receiver that answers what `answers` says for an address, the last of them for ever; 'hang' is no answer at all, 'flood' one without an end. */
async function receiverFor(t) {
  const got = [];
  const answers = {};
  const server = createServer((asked, reply) => {
    let body = '';
    asked.setEncoding('utf8').on('data', (text) => (body += text)).on('end', () => {
      got.push({ path: asked.url, method: asked.method, headers: asked.headers, body });
      const left = answers[asked.url] ?? [204];
      const answer = left.length > 1 ? left.shift() : left[0];
      if (answer === 'flood') return flood(reply);
      if (answer !== 'hang') reply.writeHead(answer, { location: '/elsewhere' }).end('ignored');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, answers, base: `http://127.0.0.1:${server.address().port}` };
}

test('hooks are told what happens, at least once and signed, whatever fails on the way', async (t) => {
  const folder = folderFor(t);
  const { got, answers, base } = await receiverFor(t);
  const config = join(folder, 'chalkline.yaml');
  const write = (more) => writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${join(folder, 'library')}}\nworker: {enabled: false}\n`
    + `transcode: {av1: "off"}\nhooks: {urls: ["${base}/configured"], secrets: [${SECRETS}], timeout: 700ms, first_retry: 50ms${more}}\n`);
  write('');
  const { secret: token } = JSON.parse((await run(t, 'token', 'create', '--role', 'admin', '--label', 'platform', '--config', config, '--json')).stdout);
  let server = start(t, ['serve', '--config', config]);
  let address = await addressOf(server);
  const ask = async (method, path, body, more = {}) => {
    const reply = await fetch(`${address}/api/v1/${path}`, { method, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}), ...more } });
    return { status: reply.status, json: reply.status === 204 ? null : await reply.json() };
  };
  const restart = async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    server = start(t, ['serve', '--config', config]);
    address = await addressOf(server);
  };
  const told = (path, event) => got.filter((one) => one.path === path && JSON.parse(one.body).type === event);
  const made = await ask('POST', 'hooks', { url: `${base}/made`, events: ['lesson.published'] });
  assert.equal(made.status, 201);
  const hook = made.json;
  const [configured] = (await ask('GET', 'hooks')).json.hooks;
  assert.equal(configured.configured, true);
  const deliveries = async ({ id }, state = '') => (await ask('GET', `hooks/${id}/deliveries${state && `?state=${state}`}`)).json.deliveries;

  // Published by another process; the receiver fails, is silent, and we are killed while it is.
  answers['/configured'] = [500, 'hang', 302, 204];
  const added = await run(t, 'add', recording(folder, 'talk.mp4', { seconds: 1 }), '--config', config);
  assert.equal(added.code, 0, added.stderr);
  await until('the second try', () => told('/configured', 'lesson.published').length === 2);
  const kept = await until('the other to be kept off', async () => (await deliveries(hook)).find(({ problem }) => problem));
  assert.match(kept.problem, /its address is none of the public Internet/);
  assert.equal(got.filter(({ path }) => path === '/made').length, 0);
  answers['/made'] = ['flood'];
  write(', private_addresses: true');
  await restart();
  await until('the receiver to take it', async () => (await deliveries(configured, 'delivered')).length === 1);
  const tries = told('/configured', 'lesson.published');
  assert.ok(tries.length >= 4, `${tries.length} tries`);
  assert.equal(new Set(tries.map((one) => one.headers['webhook-id'])).size, 1, 'one event, however often it is told');
  for (const one of tries) {
    assert.equal(one.method, 'POST');
    assert.equal(one.headers['content-type'], 'application/json');
    for (const secret of SECRETS) assert.ok(isGenuine(one, secret), 'each secret signs');
    assert.ok(!isGenuine(one, hook.secret), 'and no other');
    assert.ok(!isGenuine({ ...one, body: `${one.body} ` }, SECRETS[0]), 'nor another body');
  }
  assert.equal(JSON.parse(tries[0].body).data.lesson, 'talk');
  assert.equal(got.filter((one) => one.path === '/elsewhere').length, 0, 'redirects are not followed');

  // That of the API was kept for when it may be reached, and is signed with its own secret.
  await until('the hook that the API made', async () => (await deliveries(hook, 'delivered')).length === 1);
  assert.equal(told('/made', 'lesson.published').length, 1, 'that it was taken is heard before all is heard');
  assert.ok(isGenuine(told('/made', 'lesson.published')[0], hook.secret));
  assert.ok(!isGenuine(told('/made', 'lesson.published')[0], SECRETS[0]));

  // A failure; a receiver that wants no more; and an operator who sends again.
  const sent = await fetch(`${address}/files/poison.mp4`, { method: 'PUT', body: 'this is no video', headers: { authorization: `Bearer ${token}` } });
  assert.equal(sent.status, 201);
  start(t, ['worker', '--config', config]);
  const failed = await until('the failure', () => told('/configured', 'job.failed')[0]);
  assert.match(JSON.parse(failed.body).data.failure, /poison\.mp4/);
  assert.ok(!failed.body.includes(folder), `nobody is told where the library lies: ${failed.body}`);
  assert.equal(told('/made', 'job.failed').length, 0, 'it did not ask for that');
  answers['/made'] = [410];
  for (const state of ['withdrawn', 'published']) assert.equal((await ask('PATCH', 'lessons/talk', { state }, { 'if-match': '*' })).status, 200);
  await until('the hook to be off', async () => !(await ask('GET', `hooks/${hook.id}`)).json.enabled);
  const [gone] = await deliveries(hook, 'given_up');
  assert.equal(gone.status, 410);
  answers['/made'] = [204];
  assert.equal((await ask('PATCH', `hooks/${hook.id}`, { enabled: true })).json.enabled, true);
  assert.equal((await ask('POST', `hooks/${hook.id}/deliveries/${gone.id}/retry`)).status, 200);
  await until('what is sent again', async () => (await deliveries(hook, 'delivered')).some(({ id }) => id === gone.id));
  await until('it to be said', () => /a hook was told .*event=lesson\.withdrawn .*status=204/.test(server.said.stderr));
  assert.ok(!server.said.stderr.includes('whsec_'), 'no secret in the log');
});

test('a server that cannot start changes no hook', async (t) => {
  const folder = folderFor(t);
  const { base } = await receiverFor(t);
  const place = (name, port, urls) => {
    const config = join(folder, name);
    writeFileSync(config, `server: {port: ${port}}\nlibrary: {path: ${join(folder, 'library')}}\nworker: {enabled: false}\n`
      + `hooks: {urls: [${urls}], secrets: [${SECRETS}]}\n`);
    return config;
  };
  const config = place('first.yaml', 0, [`"${base}/first"`]);
  const { secret } = JSON.parse((await run(t, 'token', 'create', '--role', 'admin', '--label', 'platform', '--config', config, '--json')).stdout);
  const address = await addressOf(start(t, ['serve', '--config', config]));
  const taken = new URL(base).port;  // by somebody who does not share it
  assert.equal((await run(t, 'serve', '--config', place('second.yaml', taken, []))).code, 1);
  const { hooks } = await (await fetch(`${address}/api/v1/hooks`, { headers: { authorization: `Bearer ${secret}` } })).json();
  assert.deepEqual(hooks.map(({ url }) => url), [`${base}/first`]);
});
