// The OpenAPI document as other people's programs read it: valid by a validator that was not written here, and true: what
// the server answers has the shapes that it promises, and what it promises to refuse is refused so.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';

import { addressOf, folderFor, run, start } from '../../cli/scenarios/chalkline.mjs';

test('the OpenAPI document is valid, and the answers are as it says', async (t) => {
  const folder = folderFor(t);
  const library = join(folder, 'library');
  const csv = join(folder, 'lessons.csv');
  writeFileSync(csv, 'title,country,course,tags,title:fr,attachments\nWater,Kenya,Science,a;b,Eau,"[{""name"": ""a.pdf"", ""media_type"": ""application/pdf""}]"\n');
  assert.equal((await run(t, 'import', csv, '--library', library)).code, 0);
  const token = JSON.parse((await run(t, 'token', 'create', '--role', 'admin', '--label', 'test', '--library', library, '--json')).stdout).secret;
  const config = join(folder, 'chalkline.yaml');
  writeFileSync(config, `server: {port: 0}\nlibrary: {path: ${library}}\nworker: {enabled: false}\n`);
  const server = start(t, ['serve', '--config', config]);
  const base = await addressOf(server);
  const document = await (await fetch(`${base}/api/v1/openapi.json`)).json();

  const verdict = await new Validator().validate(structuredClone(document));
  assert.ok(verdict.valid, JSON.stringify(verdict.errors));
  assert.match(document.openapi, /^3\.1\./);

  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema(document, 'api');
  const schemaOf = (operation, status) => {
    const content = operation.responses[status]?.content ?? {};
    return (content['application/json'] ?? content['application/problem+json'])?.schema;
  };
  // Asks, and holds the answer against what the document says of that operation and status.
  const ask = async (method, path, below = {}, { body, ...headers } = {}) => {
    const filled = Object.entries(below).reduce((text, [name, value]) => text.replace(`{${name}}`, value), path);
    const operation = document.paths[path.split('?')[0]][method.toLowerCase()];
    const reply = await fetch(`${base}${filled}`, {
      method, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    });
    const promised = operation.responses[reply.status];
    assert.ok(promised, `${operation.operationId} answers ${reply.status}, which it does not promise`);
    const text = await reply.text();
    const schema = schemaOf(operation, reply.status);
    assert.equal(text !== '', Boolean(schema), operation.operationId);
    if (schema) {
      const holds = ajv.compile({ $ref: `api${schema.$ref}` });
      assert.ok(holds(JSON.parse(text)), `${operation.operationId} ${reply.status}: ${JSON.stringify(holds.errors)}\n${text}`);
    }
    return { status: reply.status, etag: reply.headers.get('etag'), json: schema ? JSON.parse(text) : null };
  };

  const p = '/api/v1';
  assert.equal((await ask('GET', `${p}/lessons?limit=2`)).json.lessons.length, 1);
  assert.equal((await ask('GET', `${p}/search?q=eau`)).json.lessons[0].id, 'water');
  const lesson = await ask('GET', `${p}/lessons/{lesson}`, { lesson: 'water' });
  const patched = await ask('PATCH', `${p}/lessons/{lesson}`, { lesson: 'water' }, { body: { licence: 'CC0-1.0' }, 'if-match': lesson.etag });
  assert.equal(patched.status, 200);
  assert.equal((await ask('PATCH', `${p}/lessons/{lesson}`, { lesson: 'water' }, { body: { licence: '' }, 'if-match': lesson.etag })).status, 412);
  assert.equal((await ask('PATCH', `${p}/lessons/{lesson}`, { lesson: 'water' }, { body: { licence: '' } })).status, 428);
  assert.equal((await ask('POST', `${p}/lessons`, {}, { body: { title: 'Two', id: 'water' } })).status, 409);
  assert.equal((await ask('POST', `${p}/lessons`, {}, { body: { titel: 'Two' } })).status, 422);
  assert.equal((await ask('POST', `${p}/lessons`, {}, { body: { title: 'Two' } })).status, 201);
  assert.equal((await ask('DELETE', `${p}/lessons/{lesson}`, { lesson: 'two' }, { 'if-match': '*' })).status, 204);
  await ask('GET', `${p}/lessons/{lesson}/versions`, { lesson: 'water' });
  assert.equal((await ask('GET', `${p}/curriculum`)).json.nodes.length, 2);
  const course = await ask('GET', `${p}/curriculum/{node}`, { node: 'science' });
  await ask('GET', `${p}/courses`);
  await ask('GET', `${p}/courses/{course}/lessons`, { course: 'science' });
  assert.equal((await ask('PUT', `${p}/courses/{course}/order`, { course: 'science' }, { body: { lessons: ['water'] }, 'if-match': course.etag })).status, 200);
  await ask('GET', `${p}/jobs?state=failed`);
  assert.equal((await ask('GET', `${p}/jobs/{job}`, { job: '7' })).status, 404);
  assert.equal((await ask('POST', `${p}/tokens`, {}, { body: { label: 'x', role: 'reader' } })).status, 201);
  await ask('GET', `${p}/tokens`);
  const hook = (await ask('POST', `${p}/hooks`, {}, { body: { url: 'https://platform.example/hook', events: ['job.failed'] } })).json;
  assert.equal((await ask('POST', `${p}/hooks`, {}, { body: { url: 'ftp://platform.example' } })).status, 422);
  assert.deepEqual((await ask('GET', `${p}/hooks`)).json.hooks.map(({ id }) => id), [hook.id]);
  await ask('GET', `${p}/hooks/{hook}`, { hook: hook.id });
  assert.equal((await ask('PATCH', `${p}/hooks/{hook}`, { hook: hook.id }, { body: { enabled: false } })).json.enabled, false);
  assert.deepEqual((await ask('GET', `${p}/hooks/{hook}/deliveries`, { hook: hook.id })).json.deliveries, []);
  assert.equal((await ask('POST', `${p}/hooks/{hook}/deliveries/{delivery}/retry`, { hook: hook.id, delivery: '1' })).status, 404);
  assert.equal((await ask('DELETE', `${p}/hooks/{hook}`, { hook: hook.id })).status, 204);
  await ask('GET', `${p}/audit`);
  const rows = (await ask('GET', `${p}/export`)).json;
  assert.equal((await ask('POST', `${p}/import`, {}, { body: rows })).json.updated, 1);
});
