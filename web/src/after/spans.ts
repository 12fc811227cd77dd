// Which parts of a lesson were watched: spans in seconds, in order, apart. Pure.
export type Span = [from: number, to: number];

const kJoin = 1; // seconds: what is nearer than that is one

export function addSpan(spans: Span[], from: number, to: number): Span[] {
  const all = [...spans, [from, to] as Span].sort((a, b) => a[0] - b[0]);
  const joined: Span[] = [];
  for (const [start, end] of all) {
    const last = joined[joined.length - 1];
    if (last && start <= last[1] + kJoin) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

// 0 to 1.
export const shareOf = (spans: Span[], duration: number): number =>
  duration > 0 ? Math.min(1, spans.reduce((sum, [from, to]) => sum + to - from, 0) / duration) : 0;

// "0[.]12.5[,]40[.]41", as the video profile of xAPI writes it.
export const spansText = (spans: Span[]): string => spans.map((span) => span.map((seconds) => Number(seconds.toFixed(3))).join('[.]')).join('[,]');
