// Stands in for hls.js's demuxers of MPEG-TS, AAC, MP3 and AC-3: we only serve fMP4, so they are never
// what a probe finds.
export default class Absent {
  static probe(): boolean {
    return false;
  }
}
export const hexToBase64 = (): string => '';
