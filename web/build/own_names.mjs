// What the parts of our own player call each other's values, and nobody else any value: no name of the DOM, of the lesson's JSON, of
// window.chalkline or of what the first script shares with later ones. Shortened by build/main.mjs, they save 150 bytes of a page that a
// learner waits for; tests/browser/build.test.mjs holds that nothing else in that script is called so.
export const kOwnNames = /^(asked|begin|buffer|busy|came|cheapest|count|current|drop|early|epoch|feed|enough|finished|forget|idle|initSegment|init|inits|interrupt|lengths|measured|next|open|piece|playing|put|rate|reach|reaches|received|row|sounds|source|starts|steady|stream|throughput|timeline|turn|untilEnd|wait|wanted|wanting)$/;

// What the first script and the second (src/after/second.ts) call each other's values, and no other script any: short in both.
export const kSharedNames = { pictureNext: 'np', soundNext: 'ns', underWay: 'uw', pieces: 'pc' };

// The colours of page.css, in the styles of the pages and of the scripts that bring more: a letter each, 30 bytes of the page.
const kColours = { ground: 'g', ink: 'i', quiet: 'q', line: 'l', accent: 'a', 'on-accent': 'o' };
const kColour = new RegExp(`(var\\(|[{;])--(${Object.keys(kColours).join('|')})(?=[):])`, 'g');
export const shortColours = (text) => text.replace(kColour, (_all, before, name) => `${before}--${kColours[name]}`);
