// A stored file as an answer to a request that may ask for a part of it (RFC 9110 14). Pure.

// A single range of bytes; what else may be asked for is answered with the whole.
export function part(bytes: ArrayBuffer, type: string, range: string | null): Response {
  const found = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (!found) return new Response(bytes, { headers: { 'Content-Type': type, 'Content-Length': String(bytes.byteLength) } });
  const from = Number(found[1]);
  const to = Math.min(found[2] ? Number(found[2]) : Infinity, bytes.byteLength - 1);
  if (from > to) return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${bytes.byteLength}` } });
  return new Response(bytes.slice(from, to + 1), {
    status: 206,
    headers: { 'Content-Type': type, 'Content-Length': String(to - from + 1), 'Content-Range': `bytes ${from}-${to}/${bytes.byteLength}` },
  });
}
