// Random numbers that are the same in every run, so that a test which failed fails again.

/** mulberry32: returns a function whose calls give numbers in 0..1 (1 excluded), each a whole number of 2^-32. */
export function seededRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
