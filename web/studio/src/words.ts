// What the studio says, in the reader's language: English is here, the others come from messages/ when the browser asks for them.
// `{0}` is filled in. A word that a language has not is said in English.
export type Words = Record<string, string>;

const kLanguages: Record<string, () => Promise<{ words: Words }>> = {
  ar: () => import('./messages/ar'),
  es: () => import('./messages/es'),
  fr: () => import('./messages/fr'),
  sw: () => import('./messages/sw'),
};
let known: Words = {};
const wanted = navigator.languages.map((tag) => tag.split('-')[0] ?? '').find((tag) => tag === 'en' || tag in kLanguages) ?? 'en';

export const language = wanted;
export const direction = wanted === 'ar' ? 'rtl' : 'ltr';

/** Of a text by its first letter, for what cannot find it out by itself (`dir="auto"` of a select looks at its first choice). */
export const directionOf = (text: string): 'ltr' | 'rtl' => (/^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text) ? 'rtl' : 'ltr');

// Before the first word is said. Where it does not come, English does.
export async function learn(): Promise<void> {
  known = (await kLanguages[wanted]?.().catch(() => undefined))?.words ?? {};
}

export function say(text: string, ...values: (string | number)[]): string {
  const said = known[text] ?? text;
  return said.replace(/\{(\d)\}/g, (_all, index) => String(values[Number(index)] ?? ''));
}

const numbers = (most: number) => new Intl.NumberFormat(wanted, { maximumFractionDigits: most });
export const megabytes = (bytes: number): string => {
  const mb = bytes / 1e6;
  if (bytes > 0 && bytes < 10_000) return `${numbers(0).format(Math.ceil(bytes / 1000))}\u00a0kB`;
  return `${numbers(mb < 0.1 ? 2 : mb < 10 ? 1 : 0).format(mb)}\u00a0MB`;
};
export const size = (bytes: number): string => (bytes < 1e9 ? megabytes(bytes) : `${numbers(bytes < 1e10 ? 1 : 0).format(bytes / 1e9)} GB`);
export const moment = (ms: number): string => new Intl.DateTimeFormat(wanted, { dateStyle: 'medium', timeStyle: 'short' }).format(ms);
export const percent = (fraction: number): string => `${numbers(0).format(Math.floor(fraction * 100))} %`;

export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return say('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
  return minutes >= 1 ? say('{0} min', Math.ceil(seconds / 60)) : say('{0} s', Math.max(1, Math.ceil(seconds)));
}
