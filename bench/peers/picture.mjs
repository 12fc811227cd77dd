// The table as a picture: for each figure a row, for each lesson a panel, for each link a pair of bars. Pure.
import { esc, kColours } from '../support/svg.mjs';

const kRows = [
  { key: 'first_frame_s', title: 'seconds to the first frame', digits: 1 },
  { key: 'stalled_s', title: 'seconds waited after it', digits: 0 },
  { key: 'mb_per_hour', title: 'MB an hour', digits: 0 },
  { key: 'mean_vmaf', title: 'quality of what was seen (VMAF)', digits: 0, high: 100 },
];
const kBar = { width: 26, gap: 3, between: 22 };
const kPanel = { height: 92, head: 34, left: 12, apart: 24 };

export function peersPicture(cells) {
  const lessons = [...new Set(cells.map((c) => c.lesson))];
  const links = [...new Set(cells.map((c) => c.link))];
  const rows = kRows.filter(({ key }) => cells.some((c) => Number.isFinite(c[key])));
  const group = 2 * kBar.width + kBar.gap;
  const panel = links.length * group + (links.length + 1) * kBar.between;
  const width = Math.max(480, kPanel.left + lessons.length * (panel + kPanel.apart));
  const height = 62 + rows.length * (kPanel.height + kPanel.head) + 34;
  let text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><rect width="${width}" height="${height}" fill="#fff"/>`;
  [['Chalkline', kColours[0]], ['an ordinary site (PeerTube’s settings, nginx, hls.js)', kColours[1]]].forEach(([name, colour], i) => {
    text += `<rect x="${kPanel.left + i * 110}" y="10" width="12" height="12" fill="${colour}"/><text x="${kPanel.left + 18 + i * 110}" y="21" font-weight="bold">${name}</text>`;
  });
  lessons.forEach((lesson, column) => {
    const left = kPanel.left + column * (panel + kPanel.apart);
    text += `<text x="${left}" y="48" font-size="15" font-weight="bold">${esc(lesson)}</text>`;
    rows.forEach(({ key, title, digits, high: fixed }, row) => {
      const top = 62 + row * (kPanel.height + kPanel.head) + kPanel.head - 8;
      const values = cells.filter((c) => c.lesson === lesson).map((c) => c[key]).filter(Number.isFinite);
      const high = fixed ?? Math.max(...values, 1e-9);
      text += `<text x="${left}" y="${top - 16}" fill="#555">${esc(title)}</text><line x1="${left}" x2="${left + panel}" y1="${top + kPanel.height}" y2="${top + kPanel.height}" stroke="#999"/>`;
      links.forEach((link, i) => {
        const x = left + kBar.between + i * (group + kBar.between);
        ['ours', 'peer'].forEach((site, k) => {
          const value = cells.find((c) => c.lesson === lesson && c.link === link && c.site === site)?.[key];
          const at = x + k * (kBar.width + kBar.gap);
          const tall = Number.isFinite(value) ? Math.max(1, (Math.min(value, high) / high) * (kPanel.height - 12)) : 0;
          text += `<rect x="${at}" y="${(top + kPanel.height - tall).toFixed(1)}" width="${kBar.width}" height="${tall.toFixed(1)}" fill="${kColours[k]}"/>`;
          text += `<text x="${at + kBar.width / 2}" y="${(top + kPanel.height - tall - 3).toFixed(1)}" text-anchor="middle" font-size="11">${Number.isFinite(value) ? value.toFixed(value < 10 && digits === 0 && !fixed ? 1 : digits) : 'never'}</text>`;
        });
        if (row === rows.length - 1) text += `<text x="${x + group / 2}" y="${top + kPanel.height + 16}" text-anchor="middle">${esc(link)}</text>`;
      });
    });
  });
  return `${text}</svg>\n`;
}
