// The ffmpeg command line that makes the rungs of a version at the version's own settings. Pure: the version's index and, where it
// has one, its plan (analysis.json) come in as values.

// x264's, SVT-AV1's and x265's settings of one rung, as planned; without a plan, the bits that the rung came to.
function videoCodec(r, planned, kind, preset, seconds) {
  if (r.codec === 'av1') return ['-c:v', 'libsvtav1', '-preset', String(planned?.preset ?? 6), ...(planned ? ['-crf', String(Math.round(planned.crf))] : ['-b:v', String(Math.round((r.bytes * 8) / seconds))])];
  if (r.codec === 'hevc') return ['-c:v', 'libx265', '-preset', preset, ...(planned ? ['-crf', String(planned.crf)] : ['-b:v', String(Math.round((r.bytes * 8) / seconds))]), '-x265-params', 'keyint=-1:scenecut=0:open-gop=0:psy-rd=0:psy-rdoq=0:aq-mode=0:log-level=none'];
  const rate = planned ? ['-crf', String(planned.crf), ...(planned.max_kbps > 0 ? ['-maxrate', `${planned.max_kbps}k`, '-bufsize', `${planned.max_kbps * 2}k`] : [])] : ['-b:v', String(Math.round((r.bytes * 8) / seconds))];
  return ['-c:v', 'libx264', '-preset', preset, ...rate, ...(kind === 'still' ? ['-tune', 'animation'] : []),
    '-x264-params', `keyint=infinite:min-keyint=1000000:psy=0:aq-mode=0${kind === 'still' ? ':subme=10' : ''}`];
}

// index: index.json's value; plan: analysis.json's, or null; preset: x264's; path: the recording; out: a folder. One decode, the split
// filter, a scale and an encoder for each video rung with keyframes where the version has them, and an encoder for each sound.
export function ffmpegArguments({ index, plan, preset, path, out }) {
  const seconds = index.duration_ms / 1000;
  const video = index.renditions.filter((r) => r.kind === 'video');
  const audio = index.renditions.filter((r) => r.kind === 'audio');
  const plannedOf = (r) => {
    const same = video.filter((o) => o.codec === r.codec && o.width === r.width && o.height === r.height);
    return plan?.rungs?.filter((p) => (p.codec ?? 'h264') === r.codec && p.width === r.width && p.height === r.height)[same.indexOf(r)];
  };
  const chains = video.map((r, i) => {
    const interval = plannedOf(r)?.interval ?? 0;
    return `[i${i}]${interval > 0 ? `fps=${(1 / interval).toFixed(4)},` : ''}scale=${r.width}:${r.height}[v${i}]`;
  });
  const args = ['-v', 'error', '-nostdin', '-y', '-i', path, '-filter_complex', `[0:v:0]split=${video.length}${video.map((_, i) => `[i${i}]`).join('')};${chains.join(';')}`];
  video.forEach((r, i) => {
    const starts = r.segments.map(([start]) => (start / r.timescale).toFixed(4)).join(',');
    args.push('-map', `[v${i}]`, ...videoCodec(r, plannedOf(r), plan?.kind, preset, seconds), '-force_key_frames', starts, '-pix_fmt', 'yuv420p', '-movflags', '+frag_keyframe+empty_moov', `${out}/${i}.mp4`);
  });
  audio.forEach((r, i) => {
    const kbps = Math.max(6, Math.round((r.bytes * 8) / seconds / 1000));
    args.push('-map', '0:a:0', '-ac', String(r.channels ?? 1), '-c:a', r.codec === 'opus' ? 'libopus' : 'aac', '-b:a', `${kbps}k`, '-movflags', '+frag_keyframe+empty_moov', `${out}/a${i}.mp4`);
  });
  return args;
}
