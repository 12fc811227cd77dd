// Elements in one line: make('button', { type: 'button' }, 'Save'). Children are text or elements, never markup.

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, properties: Partial<Omit<HTMLElementTagNameMap[K], 'style'>> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// A <select> with its name before it.
export function choice(name: string, options: [value: string, text: string][], chosen: string, changed: (value: string) => void): HTMLLabelElement {
  const select = make('select', {}, ...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
  select.value = chosen;
  select.addEventListener('change', () => changed(select.value));
  return make('label', {}, `${name} `, select);
}

export const button = (text: string, pressed: () => void): HTMLButtonElement => {
  const made = make('button', { type: 'button' }, text);
  made.addEventListener('click', pressed);
  return made;
};
