// Small line pictures as SVG text: panels over one shared x axis, or curves over x and y. Pure.

export const esc = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
export const kColours = ['#1668b4', '#c2571a', '#3a8a3a', '#8a3a8a', '#777'];

function ticks(low, high, count) {
  const raw = (high - low) / count || 1;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= raw);
  const list = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9; at += step) list.push(Number(at.toPrecision(10)));
  return list;
}

// One panel: {title, unit, series: [{name, points: [[x, y]], step, dots}], bands: [[from, to]], low, high}
function panel(p, frame, x) {
  const all = p.series.flatMap((s) => s.points.map(([, y]) => y));
  const low = p.low ?? 0;
  const high = p.high ?? Math.max(...all, low + 1e-9) * 1.08;
  const y = (value) => frame.top + frame.height - ((value - low) / (high - low)) * frame.height;
  let text = `<rect x="${frame.left}" y="${frame.top}" width="${frame.width}" height="${frame.height}" fill="none" stroke="#bbb"/>`;
  for (const [from, to] of p.bands ?? [])
    text += `<rect x="${x(from).toFixed(1)}" y="${frame.top}" width="${Math.max(1, x(to) - x(from)).toFixed(1)}" height="${frame.height}" fill="#d33" opacity="0.25"/>`;
  for (const at of ticks(low, high, 4))
    text += `<line x1="${frame.left}" x2="${frame.left + frame.width}" y1="${y(at).toFixed(1)}" y2="${y(at).toFixed(1)}" stroke="#eee"/><text x="${frame.left - 6}" y="${(y(at) + 4).toFixed(1)}" text-anchor="end">${at}</text>`;
  p.series.forEach((s, i) => {
    const colour = kColours[i % kColours.length];
    let path = '';
    s.points.forEach(([px, py], k) => {
      const at = `${x(px).toFixed(1)} ${y(Math.min(py, high)).toFixed(1)}`;
      if (k === 0) path += `M${at}`;
      else path += s.step ? `H${x(px).toFixed(1)}V${y(Math.min(py, high)).toFixed(1)}` : `L${at}`;
    });
    text += `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6"/>`;
    if (s.dots) for (const [px, py] of s.points) text += `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3.5" fill="${colour}"/>`;
    text += `<text x="${frame.left + frame.width - 6}" y="${frame.top + 15 + i * 15}" text-anchor="end" fill="${colour}">${esc(s.name)}</text>`;
  });
  return `${text}<text x="${frame.left}" y="${frame.top - 6}" font-weight="bold">${esc(p.title)}${p.unit ? `, ${esc(p.unit)}` : ''}</text>`;
}

// title, xLabel, panels (top to bottom), x: {low, high, log}
export function picture({ title, xLabel, panels, x: range, height = 130 }) {
  const width = 860;
  const left = 62;
  const inner = width - left - 18;
  const scale = range.log ? Math.log : (v) => v;
  const x = (value) => left + ((scale(value) - scale(range.low)) / (scale(range.high) - scale(range.low) || 1)) * inner;
  const total = 46 + panels.length * (height + 34) + 26;
  let text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="sans-serif" font-size="12"><rect width="${width}" height="${total}" fill="#fff"/><text x="${left}" y="20" font-size="15" font-weight="bold">${esc(title)}</text>`;
  panels.forEach((p, i) => { text += panel(p, { left, top: 52 + i * (height + 34), width: inner, height }, x); });
  const marks = range.log ? [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].filter((v) => v >= range.low && v <= range.high) : ticks(range.low, range.high, 10);
  for (const at of marks) text += `<text x="${x(at).toFixed(1)}" y="${total - 24}" text-anchor="middle">${at}</text>`;
  return `${text}<text x="${left + inner / 2}" y="${total - 7}" text-anchor="middle">${esc(xLabel)}</text></svg>\n`;
}
