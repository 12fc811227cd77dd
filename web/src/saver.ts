// Whether this browser takes a lesson's saver ladder, the one in AV1: half the bytes of H.264 for a face, where it is there
// and can be decoded in time.
import { rungs } from './lesson';
import type { Lesson } from './lesson';

export type VideoCodec = 'h264' | 'av1';

// The lesson as one codec has it: a player never mixes two. As it is where it has none in that codec.
export function inCodec(lesson: Lesson, codec: VideoCodec): Lesson {
  const renditions = lesson.renditions.filter((r) => r.kind !== 'video' || r.codec === codec);
  return renditions.some((r) => r.kind === 'video') ? { ...lesson, renditions } : lesson;
}

// Whether every one of the AV1 rungs can be played smoothly through Media Source Extensions. A phone without a decoder of
// its own in hardware counts too: what its battery pays, the data bill gets back.
export async function playsAv1(lesson: Lesson): Promise<boolean> {
  const saver = rungs(lesson).filter((r) => r.codec === 'av1');
  if (saver.length === 0) return false;
  try {
    for (const rung of saver) {
      const contentType = `video/mp4; codecs="${rung.codecs}"`;
      if (!MediaSource.isTypeSupported(contentType)) return false;
      const { width = 0, height = 0, frame_rate: framerate = 30, peak_bandwidth: bitrate } = rung;
      const answer = await navigator.mediaCapabilities.decodingInfo({ type: 'media-source', video: { contentType, width, height, framerate, bitrate } });
      if (!answer.supported || !answer.smooth) return false;
    }
    return true;
  } catch {
    return false; // a browser that finds fault with the question, or has nobody to ask
  }
}
