// The tables of bench/results/delivery.md, a section for each part that was measured.
import { show, table } from '../support/results.mjs';

const ratios = (part) => Object.entries(part.ratios).map(([key, value]) => `${key} ${show(value, 2)}`).join(', ');

export function sectionsOf(results, options) {
  const sections = [];
  if (results.hot) {
    const rows = results.hot.flatMap((r) => Object.entries(r.figures).map(([name, f], i) => [
      r.size / 1000, r.connections, name, show(f.requests_per_s, 0), show(f.cpu_s_per_gib, 3), show(f.cpu_us_per_request), show(f.p50_ms, 2), show(f.p99_ms, 2), f.errors, i === 0 ? show(r.cpu_ratio, 2) : '–', i === 0 ? show(r.p99_ratio, 2) : '–']));
    sections.push(`## Hot\n\nThe ratios are ours over the better nginx, round by round; the median of the rounds.\n\n${table(['kB', 'connections', 'server', 'requests/s', 'CPU s/GiB', 'CPU us/request', 'p50, ms', 'p99, ms', 'errors', 'CPU ratio', 'p99 ratio'], rows)}`);
  }
  if (results.cold) sections.push(`## Cold\n\n${options.cold} files of 100 kB, each once, out of the page cache and of every other, four at a time. Ratios: ${ratios(results.cold)}.\n\n${table(['server', 'CPU s/GiB', 'p50, ms', 'p99, ms'], results.cold.servers.map((r) => [r.server, show(r.cpu_s_per_gib, 2), show(r.p50_ms, 2), show(r.p99_ms, 2)]))}`);
  if (results.mixed) sections.push(`## A hot object while every fifth request is cold\n\nRatios: ${ratios(results.mixed)}.\n\n${table(['server', 'p50, ms', 'p99, ms'], results.mixed.servers.map((r) => [r.server, show(r.p50_ms, 2), show(r.p99_ms, 2)]))}`);
  if (results.slow) sections.push(`## 1,000 readers of 500 kB that read nothing for a while\n\n${table(['server', 'kernel memory, MiB', 'done', 'failed', 'then read in, s'], results.slow.map((r) => [r.server, show(r.kernel_mib), r.done, r.failed, show(r.drained_s, 2)]))}`);
  if (results.slowly) sections.push(`## 1,000 readers of 500 kB that read 20 kB/s\n\n${table(['server', 'kernel memory, MiB', 'done', 'failed', 'all done in, s'], results.slowly.map((r) => [r.server, show(r.kernel_mib), r.done, r.failed, show(r.all_s, 1)]))}`);
  if (results.queue) sections.push(`## One reader behind 100 kbit/s, 300 ms: what waits in the kernel\n\n${table(['server', 'looks', 'median, kB', 'most, kB', 'of it never sent, most, kB'], results.queue.map((r) => [r.server, r.looks, show(r.median_kb), show(r.most_kb), show(r.most_notsent_kb)]))}`);
  if (results.idle) sections.push(`## 10,000 idle connections\n\n${table(['server', 'connections', 'process, MB', 'process bytes each'], results.idle.map((r) => [r.server, r.connections, show(r.process_mb), show(r.bytes_each, 0)]))}`);
  if (results.throttled) sections.push(`## 2,000 clients at 50 kbit/s, 100 kB each\n\n${table(['server', 'done', 'failed', 'first done, s', 'last done, s', 'of one core'], results.throttled.map((r) => [r.server, r.done, r.failed, show(r.first_s), show(r.last_s), `${show(r.core_share * 100)} %`]))}`);
  if (results.busy) sections.push(`## While a transcode uses both cores\n\nA hot object of 100 kB, 16 connections; the transcode as nice as the worker makes it.\n\n${table(['server', 'p50 alone, ms', 'p50 beside it, ms', 'p99 alone, ms', 'p99 beside it, ms', 'p99 ratio'], results.busy.map((r) => [r.server, show(r.idle_p50_ms, 2), show(r.busy_p50_ms, 2), show(r.idle_p99_ms, 2), show(r.busy_p99_ms, 2), show(r.p99_ratio, 2)]))}`);
  if (results.visit) {
    const trip = (value) => show(value, 2);
    sections.push(`## A first visit over edge, HTTP/2 over TLS 1.3, in round trips\n\n${table(['server', 'page, bytes', 'TCP', 'TLS', 'page: first byte', 'page: the rest', ...results.visit[0].later.flatMap((file) => [`${file.bytes} B: first byte`, 'the rest'])], results.visit.map((r) => [r.server, r.page_bytes + r.head_bytes, trip(r.tcp), trip(r.tls), trip(r.page_first_byte), trip(r.page_rest), ...r.later.flatMap((file) => [trip(file.first_byte), trip(file.rest)])]))}`);
  }
  if (results.soak) sections.push(`## ${results.soak.seconds} s at full load with clients that leave\n\n${show(results.soak.requests, 0)} requests by wrk, of which ${results.soak.errors} failed; ${results.soak.left} clients left in the middle; ${results.soak.connections_open} connections open at the end.\n\n${table(['minute', 'descriptors', 'RSS, MB'], results.soak.samples.map((r) => [r.minute, r.descriptors, show(r.rss_mb)]))}`);
  return sections;
}
