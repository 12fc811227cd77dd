// bench/learner's visit with a page that hangs: the run ends all the same, and says at which step it stood.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../bench/learner/visit.mjs', import.meta.url));

async function visitTo(html) {
  const folder = mkdtempSync(join(tmpdir(), 'chalkline-visit-'));
  const server = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end(html)).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    writeFileSync(join(folder, 'samples.jsonl'), '{"down_bytes":0,"up_bytes":0,"down_queued":0}\n');
    const plan = {
      url: `http://$HOST:${server.address().port}/`, play: '#play', visits: [{ seconds: 5, limit: 4 }], grace: 2,
      folder: join(folder, 'browser'), samples: join(folder, 'samples.jsonl'), chromium: process.env.CHROMIUM, metered: false,
    };
    await promisify(execFile)(process.execPath, [script, JSON.stringify(plan), join(folder, 'visits.json')], { env: { ...process.env, WEAKLINK_HOST: '127.0.0.1' } });
    return JSON.parse(readFileSync(join(folder, 'visits.json'), 'utf8')).visits[0];
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

// On a slow machine the limit may be over before Play is pressed: then the press is what was not over.
test('a page that hangs while it plays does not keep the visit, which says where it stood', { timeout: 300_000 }, async () => {
  const { limited, console_errors: errors } = await visitTo('<video></video><button id="play" onclick="for (;;);">Play</button>');
  assert.ok(limited);
  assert.ok(errors.some((each) => /was not over after \d+ s|Timeout \d+ms exceeded/.test(each)), errors.join('; '));
});
