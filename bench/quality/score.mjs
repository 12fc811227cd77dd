// How much of the source is left in a rung: both begun at their first frame (ffmpeg's own HLS files begin late), brought to
// the source's size and rate (a held frame is repeated, as the screen does), and compared frame by frame. SSIM and PSNR by
// Debian's ffmpeg; VMAF by an ffmpeg with libvmaf, when a model is given.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../support/processes.mjs';

const kVmafPackage = '@ffmpeg-installer/linux-x64';

// The ffmpeg of an npm package that has libvmaf; fetched into build/ on first use, for only this needs it.
async function vmafProgram() {
  if (process.env.VMAF_FFMPEG) return process.env.VMAF_FFMPEG;
  const folder = 'build/bench/vmaf';
  const program = `${folder}/node_modules/${kVmafPackage}/ffmpeg`;
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    throw new Error(`VMAF needs an ffmpeg with libvmaf: npm install --prefix ${folder} ${kVmafPackage}, or set VMAF_FFMPEG`);
  }
  return resolve(program);
}

// distorted and source: files; facts: probe() of the source; seconds: how much of the beginning to compare.
export async function score({ distorted, source, facts, seconds, model }) {
  const same = `setpts=PTS-STARTPTS,fps=${facts.rate}:start_time=0,scale=${facts.width}:${facts.height}:flags=bicubic,setsar=1,format=yuv420p,trim=duration=${seconds},setpts=PTS-STARTPTS`;
  const folder = mkdtempSync(join(tmpdir(), 'quality-'));
  try {
    const { err } = await run('ffmpeg', [
      '-hide_banner', '-nostats', '-i', distorted, '-i', source, '-filter_complex',
      `[0:v]${same},split[a1][a2];[1:v]${same},split[b1][b2];[a1][b1]ssim[s];[a2][b2]psnr[p]`, '-map', '[s]', '-map', '[p]', '-f', 'null', '-',
    ]);
    const result = {
      ssim: Number(/SSIM .*All:([0-9.]+)/.exec(err)?.[1] ?? NaN),
      psnr: Number(/PSNR .*average:([0-9.]+|inf)/.exec(err)?.[1] ?? NaN),
    };
    if (model) {
      const log = join(folder, 'vmaf.json');
      await run(await vmafProgram(), [
        '-hide_banner', '-nostats', '-i', distorted, '-i', source, '-filter_complex',
        `[0:v]${same}[a];[1:v]${same}[b];[a][b]libvmaf=model_path=${resolve(model)}:log_fmt=json:log_path=${log}:n_threads=${cpus().length}:n_subsample=5`,
        '-f', 'null', '-',
      ]);
      const json = JSON.parse(readFileSync(log, 'utf8'));
      const values = json.frames.map((frame) => frame.metrics.vmaf).sort((a, b) => a - b);
      result.vmaf = values.reduce((a, b) => a + b, 0) / values.length;
      result.vmaf_p5 = values[Math.floor(values.length * 0.05)];
    }
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Our segments as one file, which is what a player appends: init, then every segment.
export function joinRendition(version, rendition, into) {
  return run('sh', ['-c', 'cat "$1/init.mp4" $(ls "$1" | grep "\\.m4s$" | sort -n | sed "s|^|$1/|") > "$2"', 'sh', `${version}/${rendition}`, into])
    .then(() => statSync(into).size);
}
