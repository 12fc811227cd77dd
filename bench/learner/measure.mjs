// One learner behind one link: starts weaklink with visit.mjs in it, joins what the browser saw with what the link carried.
// Called by learner/main.mjs and peers/main.mjs, inside the lab; several at once are possible, under different labels.
import { readFileSync, rmSync } from 'node:fs';
import { fitnessOf, load } from '../support/fitness.mjs';
import { run } from '../support/processes.mjs';
import { workFolder } from '../support/work.mjs';
import { segmentsOf } from './playlists.mjs';
import { summarise } from './summary.mjs';

const kBeside = 180; // seconds beside the limits of its visits after which a run is ended: it has then not ended itself

// The link's samples as a function of Unix time: IP bytes both ways between two moments.
function wireOf(path) {
  const samples = readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const at = (time) => {
    let low = 0;
    let high = samples.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (samples[middle].unix_ms < time) low = middle + 1;
      else high = middle;
    }
    const sample = samples[Math.min(low, samples.length - 1)];
    return sample ? sample.down_bytes + sample.up_bytes : 0;
  };
  return { samples, between: (from, to) => at(to) - at(from) };
}

// site: {port, path, play, media (playlists.mjs), rungs (quality/ladders.mjs, or none)}; link: {name, options}; visits: [{seconds, limit}] (media seconds to watch,
// wall seconds at most); metered: the browser says that bytes are dear. Rejects where the run
// had to be ended, or a visit that hung kept another from being made.
export async function measure({ site, link, visits, seed = 1, label = 'run', metered = false }) {
  const base = workFolder(`learner/${label}`);
  const plan = {
    url: `http://$HOST:${site.port}${site.path}`, play: site.play ?? '#play', visits, folder: `${base}/browser`, samples: `${base}/samples.jsonl`,
    chromium: process.env.CHROMIUM ?? '/usr/bin/chromium', metered, urgent: true,
  };
  const seconds = visits.reduce((sum, { limit }) => sum + limit, kBeside);
  const before = load();
  await run(process.env.WEAKLINK, [
    ...link.options, '--seed', String(seed), '--samples', `${base}/samples.jsonl`, '--report', `${base}/link.json`, '--',
    process.execPath, 'bench/learner/visit.mjs', JSON.stringify(plan), `${base}/visits.json`,
  ], { urgent: true, timeout: seconds * 1000 });
  const raw = JSON.parse(readFileSync(`${base}/visits.json`, 'utf8'));
  if (raw.visits.length < visits.length) throw new Error(`${label}: ${raw.visits[raw.visits.length - 1]?.hung}`);
  const report = JSON.parse(readFileSync(`${base}/link.json`, 'utf8'));
  const wire = wireOf(`${base}/samples.jsonl`);
  rmSync(`${base}/browser`, { recursive: true, force: true });
  const segments = await segmentsOf(site.media, site.port, report.host);
  return {
    link: link.name, browser: raw.version, visits: raw.visits.map((visit) => summarise(visit, segments, wire, site.rungs)), raw: raw.visits, samples: wire.samples,
    fitness: { load: [before, load()], ...fitnessOf(report, raw.visits) },
  };
}
