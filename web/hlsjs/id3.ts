// Stands in for @svta/cml-id3 and @svta/cml-utils in our hls.js build: our streams are fMP4 without ID3, and of those two
// packages only the text decoder (names of tracks, emsg schemes) and the session id are ever reached.

export function utf8ArrayToStr(bytes: Uint8Array, exitOnNull = false): string {
  const end = exitOnNull ? bytes.indexOf(0) : -1;
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

export const uuid = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
export const getId3Data = (): undefined => undefined;
export const getId3Frames = (): never[] => [];
export const getId3Timestamp = (): undefined => undefined;
export const isId3TimestampFrame = (): boolean => false;
export const canParseId3 = (): boolean => false;
