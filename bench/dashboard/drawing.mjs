// A Grafana dashboard's own file and what its queries gave, as a picture: panels where gridPos puts them, stat panels as a number over
// its course, the others as lines with their legend. Pure.
import { esc } from '../support/svg.mjs';

const kColumn = 40;
const kRow = 26;
const kGap = 6;
const kColours = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#c0d8ff', '#96d98d', '#ffb357'];

const short = (value) => (Math.abs(value) >= 1e6 ? `${+(value / 1e6).toPrecision(3)}M` : Math.abs(value) >= 1e3 ? `${+(value / 1e3).toPrecision(3)}k` : `${+value.toPrecision(3)}`);
const kUnits = {
  percentunit: (value) => `${+(value * 100).toPrecision(3)} %`,
  Bps: (value) => `${short(value)}B/s`,
  bytes: (value) => `${short(value)}B`,
  reqps: (value) => `${short(value)}/s`,
  s: (value) => (value === 0 ? '0 s' : value < 1e-3 ? `${+(value * 1e6).toPrecision(3)} us` : value < 1 ? `${+(value * 1e3).toPrecision(3)} ms` : `${+value.toPrecision(3)} s`),
  cps: (value) => `${short(value)}/s`,
  Kbits: (value) => (value >= 1000 ? `${+(value / 1000).toPrecision(3)} Mbit/s` : `${+value.toPrecision(3)} kbit/s`),
};
const format = (panel) => kUnits[panel.fieldConfig.defaults.unit] ?? short;

const line = (points, x, y) => points.map(([at, value], i) => `${i ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('');

function drawStat(panel, series, box, x) {
  const [{ points }] = series;
  const top = Math.max(...points.map(([, value]) => value), 1e-9);
  const y = (value) => box.bottom - (value / top) * (box.height * 0.4);
  const path = line(points, x, y);
  return `<path d="${path}L${x(points.at(-1)[0]).toFixed(1)} ${box.bottom}L${x(points[0][0]).toFixed(1)} ${box.bottom}Z" fill="#73bf69" opacity="0.25"/><path d="${path}" fill="none" stroke="#73bf69"/>` +
    `<text x="${box.left + box.width / 2}" y="${box.top + box.height * 0.52}" text-anchor="middle" font-size="28" fill="#73bf69">${esc(format(panel)(points.at(-1)[1]))}</text>`;
}

function drawLines(panel, series, box, x) {
  const top = Math.max(...series.flatMap(({ points }) => points.map(([, value]) => value)), 1e-9) * 1.1;
  const floor = box.bottom - 36;
  const y = (value) => floor - (value / top) * (floor - box.top - 28);
  let text = '';
  for (let i = 0; i <= 3; i++) {
    const at = (top / 1.1 / 3) * i;
    text += `<line x1="${x.low}" x2="${x.high}" y1="${y(at).toFixed(1)}" y2="${y(at).toFixed(1)}" stroke="#34373d"/><text x="${x.low - 4}" y="${(y(at) + 3).toFixed(1)}" text-anchor="end">${esc(format(panel)(at))}</text>`;
  }
  let legend = x.low;
  series.forEach(({ name, points }, i) => {
    const colour = kColours[i % kColours.length];
    text += `<path d="${line(points, x, y)}" fill="none" stroke="${colour}" stroke-width="1.3"/>`;
    if (legend > x.high - 60) return;
    text += `<rect x="${legend}" y="${floor + 21}" width="10" height="3" fill="${colour}"/><text x="${legend + 14}" y="${floor + 26}">${esc(name)}</text>`;
    legend += 26 + name.length * 5.6;
  });
  return text;
}

// `answers`: for each panel's id [{name, points: [[seconds, value]]}]; `seconds`: how long the queries reach back.
export function draw(dashboard, answers, seconds) {
  const height = Math.max(...dashboard.panels.map(({ gridPos: at }) => at.y + at.h)) * kRow + 40;
  let text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${24 * kColumn} ${height}" font-family="sans-serif" font-size="10" fill="#ccccdc"><rect width="100%" height="100%" fill="#111217"/>` +
    `<text x="10" y="24" font-size="15">${esc(dashboard.title)}</text>`;
  for (const panel of dashboard.panels) {
    const at = panel.gridPos;
    const box = { left: at.x * kColumn + kGap / 2, top: at.y * kRow + 40, width: at.w * kColumn - kGap, height: at.h * kRow - kGap };
    box.bottom = box.top + box.height;
    const inset = panel.type === 'stat' ? 0 : 62;
    const [low, high] = [box.left + inset, box.left + box.width - (inset ? 12 : 0)];
    const x = Object.assign((second) => low + (second / seconds) * (high - low), { low, high });
    text += `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" fill="#181b1f" stroke="#2a2d33"/><text x="${box.left + 8}" y="${box.top + 16}" font-size="12">${esc(panel.title)}</text>`;
    text += (panel.type === 'stat' ? drawStat : drawLines)(panel, answers[panel.id], box, x);
  }
  return `${text}</svg>\n`;
}
