// A class of learners as the server sees them: each opens a page, asks for its playlists and then segment after segment at its own pace,
// over the link it was given, and says how it is doing (CMCD). Some leave in the middle, some ask for what is not there.
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const kLinksKbps = [64, 100, 100, 300, 300, 700, 3000];
const pick = (list) => list[Math.floor(Math.random() * list.length)];

// {status, body, ms}, or null where it was left in the middle.
function ask(agent, url, headers = {}, leave = false) {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => {
        parts.push(part);
        if (leave) request.destroy();
      }).on('end', () => resolve({ status: answer.statusCode, body: Buffer.concat(parts), ms: performance.now() - from }));
    });
    request.on('close', () => resolve(null)).on('error', (problem) => (leave ? resolve(null) : reject(problem)));
  });
}

async function watch(origin, lesson, until) {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const kbps = pick(kLinksKbps);
  await ask(agent, `${origin}/watch/${lesson}`);
  const facts = JSON.parse((await ask(agent, `${origin}/api/v1/lessons/${lesson}`)).body);
  const index = JSON.parse((await ask(agent, `${origin}${facts.base}index.json`)).body);
  const rungs = facts.renditions.filter(({ kind, average_bandwidth }) => kind === 'video' && average_bandwidth < kbps * 1000);
  const rung = rungs.at(-1) ?? facts.renditions.find(({ kind }) => kind === 'audio');
  const count = index.files.filter(({ path }) => path.startsWith(`${rung.id}/`) && /\/\d+\.m4s$/.test(path)).length;
  let buffer = 0;
  let starved = false;
  for (let number = 1; number <= count && Date.now() < until; number++) {
    const cmcd = [`bl=${Math.max(0, Math.round(buffer / 100) * 100)}`, ...(starved ? ['bs'] : []), `mtp=${kbps}`, ...(number < count ? [`nor="${number + 1}.m4s"`] : []), ...(number === 1 ? ['su'] : [])];
    const answer = await ask(agent, `${origin}${facts.base}${rung.id}/${number}.m4s`, { 'CMCD-Request': cmcd.join(',') }, Math.random() < 0.01);
    if (answer === null) break;
    const onTheLink = (answer.body.length * 8) / kbps + 600;
    const length = facts.duration_ms / count;
    starved = buffer > 0 && onTheLink > buffer;
    buffer = Math.min(Math.max(buffer - onTheLink, 0) + length, 20_000);
    await wait(Math.min(onTheLink, 4000));
  }
  agent.destroy();
}

// Comes and goes for so long; `most` at once in the middle of it.
export async function holdClass(origin, lessons, { seconds, most = 60 }) {
  const begin = Date.now();
  const until = begin + seconds * 1000;
  const open = new Set();
  while (Date.now() < until) {
    const wanted = 4 + most * Math.sin((Math.PI * (Date.now() - begin)) / (seconds * 1000));
    while (open.size < wanted) {
      // The first lessons of a catalogue are asked for most.
      const learner = watch(origin, lessons[Math.floor(lessons.length * Math.random() ** 2)], until).finally(() => open.delete(learner));
      open.add(learner);
    }
    if (Math.random() < 0.2) await ask(undefined, `${origin}/watch/no-such-lesson`);
    await wait(500);
  }
  await Promise.all(open);
}
