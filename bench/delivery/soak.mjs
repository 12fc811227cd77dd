// A long time at full load, with clients that go away in the middle of everything: what the server holds must stay flat, and
// must all be given back. wrk loads it; beside it crowds of sockets ask, read a little or nothing, and are reset or closed.
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { reset } from '../../tests/http/clients/proxy.mjs';
import { statusBytes } from '../support/cost.mjs';
import { load } from './hot.mjs';

const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;
const open = (server) => fetch(`${server.origin}/metrics`).then((answer) => answer.text()).then((text) => Number(/^chalkline_connections_open (\d+)/m.exec(text)[1]));

// One client that leaves: before its request is whole, while the answer comes, or after it.
function leave(server, path) {
  return new Promise((done) => {
    const socket = connect(server.port, '127.0.0.1');
    const end = () => (Math.random() < 0.5 ? reset(socket) : socket.destroy());
    socket.on('error', () => {}).on('close', done);
    socket.setTimeout(2000, end);
    socket.on('connect', () => {
      const request = `GET ${server.prefix}${path} HTTP/1.1\r\nHost: bench\r\n\r\n`;
      if (Math.random() < 0.2) return socket.write(request.slice(0, Math.floor(Math.random() * request.length)), () => setTimeout(end, Math.random() * 50));
      socket.write(request.repeat(1 + Math.floor(Math.random() * 3)));
      if (Math.random() < 0.3) return void setTimeout(end, Math.random() * 200); // reads nothing
      let rest = Math.random() * 600_000;
      socket.on('data', (bytes) => { if ((rest -= bytes.length) < 0) end(); });
    });
  });
}

// {samples: [{minute, descriptors, rss_mb}], left, ...}: the first sample is from before the load, the last from after it.
export async function measureSoak(server, paths, { seconds, leavers = 20 }) {
  const sample = (minute) => ({ minute, descriptors: descriptors(server.pid), rss_mb: statusBytes(server.pid, 'VmRSS') / 1e6 });
  await load(server, paths[0], 64, 2); // what is allocated once is
  await wait(1500);
  const samples = [sample(0)];
  const until = Date.now() + seconds * 1000;
  let left = 0;
  const crowd = Promise.all(Array.from({ length: leavers }, async () => {
    while (Date.now() < until) {
      await leave(server, paths[Math.floor(Math.random() * paths.length)]);
      left++;
    }
  }));
  let errors = 0;
  let requests = 0;
  for (let minute = 1; Date.now() < until; minute++) {
    const length = Math.max(1, Math.min(60, Math.round((until - Date.now()) / 1000)));
    const one = await load(server, paths[minute % paths.length], 64, length);
    errors += one.errors;
    requests += one.requests_per_s * length;
    samples.push(sample(minute));
  }
  await crowd;
  await wait(4000); // a farewell may take two seconds
  samples.push(sample('after'));
  return { seconds, requests, left, errors, connections_open: (await open(server)) - 1, samples };
}
