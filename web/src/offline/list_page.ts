// The list of saved lessons that stands in for the pages of the site where there is no network, in the browser's language. Called by
// worker.ts. Pure.
import { figure } from '../lesson';
import type { Saved } from './records';

interface Says {
  title: string;
  why: string;
  none: string;
  megabytes: (figure: string) => string;
}

const english: Says = {
  title: 'Saved lessons', why: 'There is no network. These lessons are on this device.', none: 'None yet.', megabytes: (mb) => `${mb}\u00a0MB`,
};
const others: Record<string, Says> = {
  ar: { title: 'الدروس على هذا الجهاز', why: 'لا توجد شبكة. هذه الدروس محفوظة على هذا الجهاز.', none: 'لا شيء بعد.', megabytes: (mb) => `${mb}\u00a0م.ب` },
  es: { title: 'Lecciones en este dispositivo', why: 'No hay red. Estas lecciones están en este dispositivo.', none: 'Ninguna todavía.', megabytes: english.megabytes },
  fr: { title: 'Leçons sur cet appareil', why: "Il n'y a pas de réseau. Ces leçons sont sur cet appareil.", none: "Aucune pour l'instant.", megabytes: (mb) => `${mb}\u00a0Mo` },
  sw: { title: 'Masomo kwenye kifaa hiki', why: 'Hakuna mtandao. Masomo haya yako kwenye kifaa hiki.', none: 'Hakuna bado.', megabytes: (mb) => `MB\u00a0${mb}` },
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// `language`: BCP 47, as navigator.language has it. HTML.
export function listPage(list: Saved[], language: string): string {
  const tag = /^\w+/.exec(language)?.[0] ?? '';
  const says = others[tag];
  const { title, why, none, megabytes } = says ?? english;
  const items = list.filter(({ complete }) => complete).map((one) =>
    `<li><a href="/watch/${encodeURIComponent(one.lesson)}"><bdi>${escaped(one.title)}</bdi></a> <small><bdi>${escaped(one.name)}</bdi> ${megabytes(figure(one.bytes / 1e6))}</small>`);
  return `<!doctype html><html lang="${says ? tag : 'en'}"${tag === 'ar' ? ' dir="rtl"' : ''}><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>:root{color-scheme:light dark}body{margin:0 auto;max-width:40rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif}ul{list-style:none;padding:0}a{display:inline-flex;align-items:center;min-height:44px}</style>
<main><h1>${title}</h1><p>${why}</p><ul>${items.join('') || `<li>${none}`}</ul></main></html>`;
}
