// How much of the source is left in a rung: at each frame of the source, the rung's frame that is on the screen at that
// moment (a held frame is held, a dropped one is missed), brought to the source's size, against the source's own. Debian's
// ffmpeg decodes both and pairs the frames; SSIM, PSNR and, when a model is given, VMAF are taken by an ffmpeg with libvmaf.
// Scores are kept by the content of both files: an unchanged rung is never measured twice.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hashOf, keptValue } from '../support/cache.mjs';
import { run } from '../support/processes.mjs';

const kVmafPackage = '@ffmpeg-installer/linux-x64';
export const kVmafFolder = 'build/bench/vmaf';

// The ffmpeg of an npm package that has libvmaf (bench/run installs it); $VMAF_FFMPEG is another.
function vmafProgram() {
  const program = process.env.VMAF_FFMPEG || resolve(`${kVmafFolder}/node_modules/${kVmafPackage}/ffmpeg`);
  if (!existsSync(program))
    throw new Error(`VMAF needs an ffmpeg with libvmaf: npm install --prefix ${kVmafFolder} ${kVmafPackage}, or set VMAF_FFMPEG`);
  return program;
}

// Every how-many-th frame VMAF looks at: about six a second. SSIM and PSNR look at all.
export const vmafStep = (fps) => Math.max(1, Math.round(fps / 6));

// The two filter graphs whose n-th frames belong together. A frame of the rung counts from a little before its own time on,
// so that rounded timestamps of the same moment meet; both then get times of their own, one after the other. Pure.
export function pairing({ width, height, fps }, seconds) {
  const whole = `scale=${width}:${height}:flags=bicubic,setsar=1,format=yuv420p`;
  const numbered = `trim=duration=${seconds},setpts=N/25/TB,fps=25`;
  return {
    rung: `[1:v:0]setpts=PTS-STARTPTS,${whole}[s];[0:v:0]setpts=PTS-STARTPTS-${(0.45 / fps).toFixed(6)}/TB,${whole}[d];[s][d]overlay=format=yuv420,format=yuv420p,${numbered}[o]`,
    source: `[0:v:0]setpts=PTS-STARTPTS,${whole},${numbered}[o]`,
  };
}

// Both streams through pipes, each made by a process of its own, so that neither can wait for the other; raw, because an old
// ffmpeg does not read a new one's y4m. $1: the program that scores; $2, $3: rung and source; $4, $5: their graphs; $6: how the
// raw pictures look; $7: what is done with them.
const kScript = `exec "$1" -hide_banner -nostats -nostdin $6 -i pipe:3 $6 -i pipe:4 -filter_complex "$7" "\${@:8}" -f null - \
  3< <(exec ffmpeg -v error -nostdin -i "$2" -i "$3" -filter_complex "$4" -map '[o]' -f rawvideo -) \
  4< <(exec ffmpeg -v error -nostdin -i "$3" -filter_complex "$5" -map '[o]' -f rawvideo - 3<&-)`;

async function measure({ distorted, source, facts, seconds, model }) {
  const folder = mkdtempSync(join(tmpdir(), 'quality-'));
  try {
    const pair = pairing(facts, seconds);
    const log = join(folder, 'vmaf.json');
    const ways = model ? 3 : 2;
    let graph = `[0:v]split=${ways}[a1][a2]${model ? '[a3]' : ''};[1:v]split=${ways}[b1][b2]${model ? '[b3]' : ''};[a1][b1]ssim=shortest=1[s];[a2][b2]psnr=shortest=1[p]`;
    if (model) graph += `;[a3][b3]libvmaf=shortest=1:model_path=${resolve(model)}:log_fmt=json:log_path=${log}:n_threads=2:n_subsample=${vmafStep(facts.fps)}[v]`;
    const { err } = await run('bash', ['-c', kScript, 'bash', model ? vmafProgram() : 'ffmpeg', distorted, source, pair.rung, pair.source, `-f rawvideo -pix_fmt yuv420p -s ${facts.width}x${facts.height} -r 25`, graph, '-map', '[s]', '-map', '[p]', ...(model ? ['-map', '[v]'] : [])]);
    const result = {
      ssim: Number(/SSIM .*All:([0-9.]+)/.exec(err)?.[1] ?? NaN),
      psnr: Math.min(100, Number((/PSNR .*average:([0-9.]+|inf)/.exec(err)?.[1] ?? 'NaN').replace('inf', 'Infinity'))),
    };
    if (!Number.isFinite(result.ssim)) throw new Error(`cannot compare ${distorted} with ${source}: ${err.trim().split('\n').slice(-4).join('; ')}`);
    if (model) {
      const values = JSON.parse(readFileSync(log, 'utf8')).frames.map((frame) => frame.metrics.vmaf).sort((a, b) => a - b);
      result.vmaf = values.reduce((a, b) => a + b, 0) / values.length;
      result.vmaf_p5 = values[Math.floor(values.length * 0.05)];
      result.vmaf_frames = values.length;
    }
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// distorted, source: files; facts: probe() of the source; seconds: how much of the beginning to compare; model: VMAF's, or
// none. {ssim, psnr (dB, 100 for equal), vmaf, vmaf_p5 (a twentieth of the frames is worse)}
export async function score(job) {
  const key = [await hashOf(job.distorted), await hashOf(job.source), job.seconds, job.model ? await hashOf(job.model) : '', pairing(job.facts, job.seconds), vmafStep(job.facts.fps)];
  return keptValue('scores', key, () => measure(job));
}
