// Small things that are kept from one visit to the next, as JSON in localStorage; where storage is switched off, nothing is.

export function recall<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // switched off or full: this visit knows it, the next will not
  }
}
