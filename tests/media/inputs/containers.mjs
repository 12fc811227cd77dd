// Inputs, part one: the containers and codecs that raw recordings come in. Every entry must be published right.
import { join } from 'node:path';
import { makeClapper } from '../support/clapper.mjs';

const clapper = (name, file, options = {}, truth = {}) => ({
  name,
  make: (dir) => makeClapper(join(dir, file), options),
  truth: { picture: {}, ...truth },
});
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

export const containers = [
  clapper('mp4, H.264 and AAC', 'lesson.mp4', { seconds: 7 }),
  clapper('mp4 with moov at the front', 'web.mp4', { mux: ['-movflags', '+faststart'] }),
  clapper('mp4 in fragments', 'fragments.mp4', { mux: ['-movflags', '+frag_keyframe+empty_moov'] }),
  clapper('mov, H.264 and PCM', 'camera.mov', { audio: ['-c:a', 'pcm_s16le'] }),
  clapper('mov, motion JPEG', 'mjpeg.mov', { video: ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj422p'], audio: ['-c:a', 'pcm_s16be'] }),
  clapper('mkv, H.264 and AC-3', 'tv.mkv', { video: [...x264, '-bf', '3', '-b_strategy', '0'], audio: ['-c:a', 'ac3'] }),
  clapper('mkv, HEVC and Opus', 'hevc.mkv', { video: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error'], audio: ['-c:a', 'libopus'] }),
  clapper('mkv, AV1 and FLAC', 'av1.mkv', { seconds: 2, video: ['-c:v', 'libsvtav1', '-preset', '12', '-pix_fmt', 'yuv420p'], audio: ['-c:a', 'flac'] }),
  clapper('mkv, screen recording in FFV1', 'screen.mkv', { picture: { rate: 15 }, video: ['-c:v', 'ffv1', '-pix_fmt', 'bgr0'], audio: ['-c:a', 'pcm_s16le'] }),
  clapper('mov, screen recording in PNG', 'screen.mov', { seconds: 2, picture: { rate: 10 }, video: ['-c:v', 'png', '-pix_fmt', 'rgb24'] }),
  clapper('webm, VP9 and Opus', 'vp9.webm', { video: ['-c:v', 'libvpx-vp9', '-threads', '1', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '500k', '-pix_fmt', 'yuv420p'], audio: ['-c:a', 'libopus'] }),
  clapper('webm, VP8 and Vorbis', 'vp8.webm', { video: ['-c:v', 'libvpx', '-threads', '1', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '800k', '-pix_fmt', 'yuv420p'], audio: ['-c:a', 'libvorbis'] }),
  clapper('avi, MPEG-4 and MP3', 'old.avi', { video: ['-c:v', 'mpeg4', '-q:v', '3', '-bf', '2'], audio: ['-c:a', 'libmp3lame'] }),
  clapper('mpg, MPEG-2 and MP2', 'dvd.mpg', { video: ['-c:v', 'mpeg2video', '-q:v', '3'], audio: ['-c:a', 'mp2'], mux: ['-f', 'mpeg'] }),
  clapper('ts, H.264 and AAC', 'broadcast.ts', { seconds: 5 }),
  clapper('m2ts, MPEG-2 and AC-3', 'disc.m2ts', { video: ['-c:v', 'mpeg2video', '-q:v', '3'], audio: ['-c:a', 'ac3'], mux: ['-f', 'mpegts', '-mpegts_m2ts_mode', '1'] }),
  clapper('wmv, Windows Media', 'office.wmv', { video: ['-c:v', 'wmv2', '-q:v', '3'], audio: ['-c:a', 'wmav2'] }),
  clapper('flv, Sorenson and MP3', 'flash.flv', { video: ['-c:v', 'flv', '-q:v', '3'], audio: ['-c:a', 'libmp3lame'], beeps: { rate: 44100 } }),
  clapper('flv, H.264 and AAC', 'stream.flv'),
  clapper('3gp, H.263 and AAC', 'phone.3gp', { picture: { size: '176x144', rate: 15 }, video: ['-c:v', 'h263', '-q:v', '3'], audio: ['-c:a', 'aac', '-ar', '16000', '-ac', '1'] }, { picture: { display: [176, 144] } }),
  clapper('ogv, Theora and Vorbis', 'free.ogv', { video: ['-c:v', 'libtheora', '-q:v', '8'], audio: ['-c:a', 'libvorbis'] }),
];
