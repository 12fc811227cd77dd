// bench/run dashboard: a class of learners in front of a real server, Prometheus beside it, and then every query of the dashboard and
// every alert rule in deploy/ asked for real. A panel without an answer is an error. Leaves docs/dashboard.svg.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readArguments } from '../support/arguments.mjs';
import { freePort, run, startServer } from '../support/processes.mjs';
import { workFolder } from '../support/work.mjs';
import { draw } from './drawing.mjs';
import { holdClass } from './learners.mjs';

const options = readArguments('dashboard: what the Grafana dashboard shows of a class of learners', {
  seconds: { default: '240', help: 'how long the class lasts' },
  prometheus: { default: process.env.PROMETHEUS ?? 'prometheus', help: 'the program (Debian: prometheus); promtool beside it' },
});
const seconds = Number(options.seconds);
const kFolder = workFolder('dashboard');
const kEvery = 3; // seconds between two looks at /metrics
const kLessons = ['Water', 'Fractions', 'How things fall'];

async function makeLibrary() {
  const library = `${kFolder}/library`;
  for (const [i, title] of kLessons.entries()) {
    const recording = `${kFolder}/${i}.mp4`;
    await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc=size=256x144:rate=5:duration=${40 + 20 * i}`, '-f', 'lavfi', '-i', `sine=duration=${40 + 20 * i}`, '-preset', 'ultrafast', '-y', recording]);
    await run(process.env.CHALKLINE, ['add', recording, '--library', library, '--title', title], { env: { ...process.env, CHALKLINE_TRANSCODE_AV1: 'off' } });
  }
  return library;
}

async function startPrometheus(target) {
  const port = await freePort();
  const config = `${kFolder}/prometheus.yml`;
  writeFileSync(config, `global: {scrape_interval: ${kEvery}s, evaluation_interval: ${kEvery}s}\nrule_files: [${resolve('deploy/prometheus-alerts.yml')}]\n` +
    `scrape_configs: [{job_name: chalkline, static_configs: [{targets: ["127.0.0.1:${target}"]}]}]\n`);
  return startServer(options.prometheus, [`--config.file=${config}`, `--storage.tsdb.path=${kFolder}/prometheus`, `--web.listen-address=127.0.0.1:${port}`], port);
}

const ask = async (prometheus, path, parameters) => {
  const answer = await (await fetch(`http://127.0.0.1:${prometheus.port}/api/v1/${path}?${new URLSearchParams(parameters)}`)).json();
  if (answer.status !== 'success') throw new Error(`${parameters.query ?? path}: ${answer.error}`);
  return answer.data;
};

const nameOf = (legend, labels) => legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? '');

// [{name, points: [[seconds, value]]}] of one panel.
async function answersOf(prometheus, panel, start, end) {
  const series = [];
  for (const target of panel.targets) {
    const query = target.expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', `${kEvery * 5}s`);
    const { result } = await ask(prometheus, 'query_range', { query, start, end, step: kEvery });
    for (const { metric, values } of result) {
      const points = values.map(([at, value]) => [at - start, Number(value)]).filter(([, value]) => Number.isFinite(value));
      if (points.length > 0) series.push({ name: nameOf(target.legendFormat, metric), points });
    }
  }
  if (series.length === 0) throw new Error(`the panel "${panel.title}" has nothing to show`);
  return series;
}

const library = await makeLibrary();
const port = await freePort();
const server = await startServer(process.env.CHALKLINE, ['serve', '--library', library, '--port', String(port)], port, { stdio: 'ignore' });
const prometheus = await startPrometheus(port);
const start = Math.floor(Date.now() / 1000);
const origin = `http://127.0.0.1:${port}`;
const { lessons } = await (await fetch(`${origin}/api/v1/lessons`)).json();
await holdClass(origin, lessons.map(({ id }) => id), { seconds });
const end = Math.floor(Date.now() / 1000);

const dashboard = JSON.parse(readFileSync('deploy/grafana-dashboard.json', 'utf8'));
const answers = {};
for (const panel of dashboard.panels) answers[panel.id] = await answersOf(prometheus, panel, start, end);
const rules = (await ask(prometheus, 'rules', {})).groups.flatMap((group) => group.rules);
for (const rule of rules) if (rule.health !== 'ok') throw new Error(`the rule ${rule.name} is ${rule.health}: ${rule.lastError}`);
await prometheus.stop();
await server.stop();
writeFileSync('docs/dashboard.svg', draw(dashboard, answers, end - start));
console.log(`${dashboard.panels.length} panels have answers, ${rules.length} rules are sound, ${rules.filter(({ state }) => state === 'firing').length} fire; docs/dashboard.svg`);
