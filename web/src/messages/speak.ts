// The page in another language: each messages/<language>.ts is a script of its own that watch.ts loads where the browser asks for that
// language. What the lesson itself says stays as it is.
import type { Words } from '../after/words';
import type { Page } from '../engine';
import type { Strings } from '../strings';

export interface Messages {
  tag: string; // BCP 47
  right?: boolean; // written from right to left
  labels: { home: string; audio: string; captions: string; picture: string; more: string };
  strings: Strings;
  words: Words;
}

function label(node: ChildNode | null | undefined, text: string): void {
  if (node) node.textContent = text;
}

export const speaker = ({ tag, right = false, labels, strings, words }: Messages) => (page: Page): void => {
  document.documentElement.lang = tag;
  document.documentElement.dir = right ? 'rtl' : 'ltr';
  Object.assign(page.strings, strings);
  page.words = words;
  label(document.querySelector('header a'), labels.home);
  label(document.getElementById('play'), strings.play);
  label(document.getElementById('more'), labels.more);
  for (const id of ['audio', 'captions', 'picture'] as const) label(document.getElementById(id)?.closest('label')?.firstChild, `${labels[id]} `);
  page.show();
};
