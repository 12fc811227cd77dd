// What an earlier visit left in localStorage; null where storage is switched off.
export function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
