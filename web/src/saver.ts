// Which of a lesson's codecs this browser takes: that of its saver ladder (AV1 or HEVC: half the bytes of H.264 for a face)
// where it is there and can be decoded in time, else H.264.
import { rungs } from './lesson';
import type { Lesson } from './lesson';

export const kUsual = 'h264';

// The lesson as one codec has it: a player never mixes two. As it is where it has none in that codec.
export function inCodec(lesson: Lesson, codec: string): Lesson {
  const renditions = lesson.renditions.filter((r) => r.kind !== 'video' || r.codec === codec);
  return renditions.some((r) => r.kind === 'video') ? { ...lesson, renditions } : lesson;
}

// The saver ladder's, where every one of its rungs can be played smoothly through Media Source Extensions. A phone without a
// decoder of its own in hardware counts too: what its battery pays, the data bill gets back.
export async function codecFor(lesson: Lesson): Promise<string> {
  let codec = kUsual;
  try {
    for (const rung of rungs(lesson)) {
      if (rung.codec === kUsual) continue;
      codec = rung.codec;
      const contentType = `video/mp4; codecs="${rung.codecs}"`;
      if (!MediaSource.isTypeSupported(contentType)) return kUsual;
      const { width = 0, height = 0, frame_rate: framerate = 30, peak_bandwidth: bitrate } = rung;
      const answer = await navigator.mediaCapabilities.decodingInfo({ type: 'media-source', video: { contentType, width, height, framerate, bitrate } });
      if (!answer.supported || !answer.smooth) return kUsual;
    }
    return codec;
  } catch {
    return kUsual; // a browser that finds fault with the question, or has nobody to ask
  }
}
