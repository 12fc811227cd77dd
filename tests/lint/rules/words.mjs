// The fixed words of the design, spelled one way: the multivariant playlist has no older name here, a segment is not a
// "chunk" (that word is HTTP's, RFC 9112 section 7.1, and stays in the folders that speak it), and nothing is called a
// manager, a helper or a util. No note to oneself is committed either, and no test makes an environment from nothing by
// itself. This folder, which must say these words, is exempt.

const CODE = /\.(cpp|hpp|ts|mjs|js|css|html|sh|cmake|yaml)$|^chalk$|CMakeLists\.txt$/;
const TEXT = /\.md$/;
const SPEAKS_HTTP = /^(streamer|mirror|bench|tests\/(streamer|http|media|browser|mirror|support))\//;

const RULES = [
  { where: 'all', pattern: /master[ _-]?(playlist|manifest|m3u8)/i, message: 'write "multivariant playlist" (RFC 8216bis)' },
  { where: 'all', pattern: /\b(white|black)-?list/i, message: 'write "allow-list" or "deny-list"' },
  { where: 'code', pattern: /\b(TODO|FIXME|XXX|HACK)\b/, message: 'finish it, or write it down where work is planned' },
  { where: 'media', pattern: /chunk/i, message: 'write "segment" (or "fragment" inside one)' },
  { where: 'tests', pattern: /\bPATH: process\.env/, message: 'take the environment from tests/support/environment.mjs' },
  { where: 'code', pattern: /\b(class|struct|namespace|interface|function)\s+\w*(manager|helper|utils?)\b/i, message: 'name the thing after what it does' },
];

export function check(tree) {
  const findings = [];
  for (const file of tree.files) {
    if (file.startsWith('tests/lint/')) continue;
    const isCode = CODE.test(file);
    if (!isCode && !TEXT.test(file)) continue;
    if (/(manager|helper|utils?)s?\.\w+$/i.test(file)) findings.push({ file, line: 1, message: 'name the file after what it holds' });
    const rules = RULES.filter(({ where }) =>
      where === 'all' || (where === 'code' && isCode) || (where === 'tests' && file.startsWith('tests/')) || (where === 'media' && /\.(cpp|hpp)$/.test(file) && !SPEAKS_HTTP.test(file)));
    tree.text(file).split('\n').forEach((text, index) => {
      for (const { pattern, message } of rules) if (pattern.test(text)) findings.push({ file, line: index + 1, message });
    });
  }
  return findings;
}
