// Every source file opens with a comment that says what it is, and has at most 400 lines unless that comment says why
// ("over 400 lines because ..."). The fixtures of this folder are exempt.

const OPENING = {
  cpp: /^\/\//, hpp: /^\/\//, ts: /^(\/\/|\/\*)/, mjs: /^(#!.*\n)?\/\//, js: /^(#!.*\n)?\/\//, css: /^\/\*/, sh: /^#!.*\n#/, cmake: /^#/,
};
const LIMIT = 400;

export function check(tree) {
  const findings = [];
  for (const file of tree.files) {
    const opening = OPENING[file.split('.').pop()];
    if (!opening || file.startsWith('tests/lint/fixtures/') || file.startsWith('tests/golden/')) continue;
    const text = tree.text(file);
    if (text === '') findings.push({ file, line: 1, message: 'the file is empty' });
    else if (!opening.test(text)) findings.push({ file, line: 1, message: 'open the file with a comment that says what it is and who calls it' });
    const lines = text.split('\n').length - 1;
    const top = text.split('\n').slice(0, 12).join('\n');
    if (lines > LIMIT && !/over 400 lines/i.test(top))
      findings.push({ file, line: 1, message: `${lines} lines; cut it at a joint, or say at the top why it is "over 400 lines"` });
  }
  return findings;
}
