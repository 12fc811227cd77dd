// ./chalk bench learner: one learner behind one link. `--part visits` (the default): who comes for the first time and again, and who
// leaves half-way (visits.mjs); `--part long`: ten minutes of play, and hls.js at its defaults beside it (long.mjs). `--part leave`: who leaves after half a minute on a
// metered link (leave.mjs).
const at = process.argv.indexOf('--part');
const [part] = at < 0 ? ['visits'] : process.argv.splice(at, 2).slice(1);
if (!['visits', 'long', 'leave'].includes(part)) {
  console.error('bench: --part is visits, long or leave');
  process.exit(2);
}
await import(`./${part}.mjs`);
