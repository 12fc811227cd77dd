// Inputs, part three: bit depth, chroma, range and HDR. What is published is 8-bit 4:2:0 in video range, SDR.
import { join } from 'node:path';
import { makeClapper } from '../support/clapper.mjs';
import { ffmpeg } from '../support/run.mjs';

const coded = (name, file, video, truth = {}, audio = ['-c:a', 'aac']) => ({ name, make: (dir) => makeClapper(join(dir, file), { seconds: 3, video, audio }), truth: { picture: {}, ...truth } });
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];

/**
 * Three patches side by side at known 10-bit luma codes, grey, tagged as HDR. Codes are of SMPTE ST 2084 (PQ) or of
 * ARIB STD-B67 (HLG) in video range: 0.58 of PQ is 203 cd/m2, the white of a slide by ITU-R BT.2408; 0.75 of HLG likewise.
 */
function hdr(name, file, transfer, [dark, white, bright]) {
  const code = (signal) => Math.round(64 + signal * 876);
  return {
    name,
    make: async (dir) => {
      const path = join(dir, file);
      const luma = `if(lt(X,W/3),${code(dark)},if(lt(X,2*W/3),${code(white)},${code(bright)}))`;
      await ffmpeg(['-f', 'lavfi', '-i', `color=s=320x240:r=25:d=2,format=yuv420p10le,geq=lum='${luma}':cb=512:cr=512`, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params',
        `log-level=error:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc:range=limited`, '-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc', '-color_range', 'tv', '-tag:v', 'hvc1', path]);
      return path;
    },
    truth: {
      picture: { corners: null },
      // Untouched PQ would show its white at 143 and its light at 180: washed out. HLG's own 75 % is 180 and may stay.
      tones: [
        { name: 'a shadow', x: 1 / 6, y: 0.5, low: 16, high: 95 },
        { name: 'the white of a slide', x: 0.5, y: 0.5, low: 160, high: 232 },
        { name: 'a light', x: 5 / 6, y: 0.5, low: 200, high: 240 },
      ],
    },
  };
}

export const colour = [
  coded('10 bit, H.264', 'ten.mp4', [...x264, '-pix_fmt', 'yuv420p10le']),
  coded('10 bit, HEVC', 'ten.mkv', ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-x265-params', 'log-level=error']),
  coded('4:2:2', 'four22.mp4', [...x264, '-pix_fmt', 'yuv422p']),
  coded('4:2:2 at 10 bit', 'four22ten.mov', [...x264, '-pix_fmt', 'yuv422p10le']),
  coded('4:4:4', 'four44.mp4', [...x264, '-pix_fmt', 'yuv444p']),
  coded('RGB in H.264', 'rgb.mkv', ['-c:v', 'libx264rgb', '-preset', 'ultrafast', '-crf', '18']),
  coded('full range', 'full.mp4', [...x264, '-pix_fmt', 'yuvj420p', '-color_range', 'pc']),
  coded('BT.601, tagged', 'bt601.mp4', [...x264, '-pix_fmt', 'yuv420p', '-color_primaries', 'smpte170m', '-color_trc', 'smpte170m', '-colorspace', 'smpte170m']),
  coded('BT.709, tagged', 'bt709.mp4', ['-vf', 'scale=out_color_matrix=bt709', ...x264, '-pix_fmt', 'yuv420p', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709']),
  coded('see-through VP9', 'alpha.webm', ['-vf', 'format=yuva420p', '-c:v', 'libvpx-vp9', '-pix_fmt', 'yuva420p', '-threads', '1', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '800k', '-auto-alt-ref', '0'], {}, ['-c:a', 'libopus']),
  {
    name: 'grey only',
    make: (dir) => makeClapper(join(dir, 'grey.mp4'), { seconds: 2, video: [...x264, '-pix_fmt', 'gray'] }),
    truth: { picture: { corners: null } },
  },
  hdr('HDR10 (PQ)', 'pq.mp4', 'smpte2084', [0.3, 0.58, 0.75]),
  hdr('HLG', 'hlg.mp4', 'arib-std-b67', [0.2, 0.75, 0.97]),
];
