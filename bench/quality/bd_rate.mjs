// Bjontegaard's rate difference (VCEG-M33) with piecewise cubic interpolation (as in JCTVC's later spreadsheets): the mean
// difference in bits for the same quality over the range that both curves cover. Pure.

// Monotone cubic Hermite slopes (Fritsch-Carlson).
function slopes(x, y) {
  const n = x.length;
  const d = [];
  for (let i = 0; i + 1 < n; i++) d.push((y[i + 1] - y[i]) / (x[i + 1] - x[i]));
  const m = [d[0]];
  for (let i = 1; i + 1 < n; i++) {
    const h0 = x[i] - x[i - 1];
    const h1 = x[i + 1] - x[i];
    m.push(d[i - 1] * d[i] <= 0 ? 0 : (3 * (h0 + h1)) / ((2 * h1 + h0) / d[i - 1] + (h1 + 2 * h0) / d[i]));
  }
  m.push(d[n - 2]);
  return m;
}

// The curve through (x, y) as a function.
function curve(x, y) {
  const m = slopes(x, y);
  return (v) => {
    let i = 0;
    while (i + 2 < x.length && v > x[i + 1]) i++;
    const h = x[i + 1] - x[i];
    const t = (v - x[i]) / h;
    return (1 + 2 * t) * (1 - t) ** 2 * y[i] + t * (1 - t) ** 2 * h * m[i] + t * t * (3 - 2 * t) * y[i + 1] + t * t * (t - 1) * h * m[i + 1];
  };
}

function integral(x, y, from, to) {
  const at = curve(x, y);
  let sum = 0;
  const steps = 400;
  for (let i = 0; i < steps; i++) sum += at(from + ((i + 0.5) / steps) * (to - from));
  return (sum / steps) * (to - from);
}

// Points that do not raise quality with bits are left out: the curve is then the better choice at each rate.
export function rising(points) {
  const sorted = [...points].sort((a, b) => a.kbps - b.kbps);
  return sorted.filter((p, i) => i === 0 || sorted.slice(0, i).every((q) => q.quality < p.quality));
}

// anchor, test: [{kbps, quality}]. -0.3 is "test needs 30 % less". NaN where the curves share no quality or are too short.
export function bdRate(anchor, test) {
  const a = rising(anchor);
  const b = rising(test);
  if (a.length < 2 || b.length < 2) return NaN;
  const low = Math.max(a[0].quality, b[0].quality);
  const high = Math.min(a[a.length - 1].quality, b[b.length - 1].quality);
  if (!(high > low)) return NaN;
  const area = (list) => integral(list.map((p) => p.quality), list.map((p) => Math.log(p.kbps)), low, high);
  return Math.exp((area(b) - area(a)) / (high - low)) - 1;
}

// What `point` costs against the anchor's curve at the same quality: -0.9 is "90 % less". Above the anchor's best the
// anchor's best is taken, below its cheapest its cheapest, so that nothing is extrapolated: `bound` then says that the
// point is at least this good (above) or that the two cannot be compared in fairness (below).
export function costAtQuality(anchor, point) {
  const a = rising(anchor);
  const [first, last] = [a[0], a[a.length - 1]];
  if (point.quality >= last.quality) return { rate: point.kbps / last.kbps - 1, bound: point.quality > last.quality ? 'above' : '' };
  if (point.quality <= first.quality) return { rate: point.kbps / first.kbps - 1, bound: point.quality < first.quality ? 'below' : '' };
  const kbps = Math.exp(curve(a.map((p) => p.quality), a.map((p) => Math.log(p.kbps)))(point.quality));
  return { rate: point.kbps / kbps - 1, bound: '' };
}
