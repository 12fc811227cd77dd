// /metrics and its documentation.
#include "streamer/delivery/counters.hpp"

#include <fmt/format.h>

#include "streamer/delivery/distributions.hpp"
#include "streamer/delivery/rendition_meters.hpp"

namespace chalkline::streamer {

namespace {

struct GaugeInfo {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  std::int64_t (*value)(const Gauges&);
};

constexpr std::array kGaugeTable = {
    GaugeInfo{"chalkline_cache_bytes", "gauge", "bytes the object cache is charged for",
              [](const Gauges& g) { return static_cast<std::int64_t>(g.cache_bytes); }},
    GaugeInfo{"chalkline_cache_objects", "gauge", "objects in the cache",
              [](const Gauges& g) { return static_cast<std::int64_t>(g.cache_objects); }},
    GaugeInfo{"chalkline_cache_evictions_total", "counter", "objects pushed out of the cache",
              [](const Gauges& g) { return static_cast<std::int64_t>(g.cache_evictions); }},
    GaugeInfo{"chalkline_pool_waiting", "gauge", "tasks given to the blocking pool and not done yet",
              [](const Gauges& g) { return static_cast<std::int64_t>(g.pool_waiting); }},
    GaugeInfo{"chalkline_files_hashed_total", "counter",
              "files whose sha256 was checked before they were served: small ones, new ones, changed ones",
              [](const Gauges& g) { return g.files_hashed; }},
    GaugeInfo{"chalkline_access_log_lines_dropped_total", "counter",
              "lines of the access log that could not be written in time",
              [](const Gauges& g) { return g.access_lines_dropped; }},
    GaugeInfo{"chalkline_uptime_seconds", "gauge", "seconds since the server began to listen",
              [](const Gauges& g) { return g.uptime_seconds; }},
    GaugeInfo{"chalkline_delivery_threads", "gauge", "delivery threads", [](const Gauges& g) { return g.threads; }},
};

}  // namespace

std::string render_metrics(const CounterSums& sums, const Gauges& gauges) {
  std::string text;
  const auto out = [&] { return std::back_inserter(text); };
  std::string_view last;
  for (const CounterInfo& info : kCounterTable) {
    if (info.name != last) fmt::format_to(out(), "# HELP {0} {1}\n# TYPE {0} {2}\n", info.name, info.help, info.type);
    last = info.name;
    const auto value = sums[static_cast<std::size_t>(info.counter)];
    if (info.labels.empty())
      fmt::format_to(out(), "{} {}\n", info.name, value);
    else
      fmt::format_to(out(), "{}{{{}}} {}\n", info.name, info.labels, value);
  }
  for (const GaugeInfo& info : kGaugeTable)
    fmt::format_to(out(), "# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", info.name, info.help, info.type,
                   info.value(gauges));
  return text;
}

std::string render_metrics_docs() {
  std::string text = "| metric | labels | kind | what it counts |\n| --- | --- | --- | --- |\n";
  const auto out = [&] { return std::back_inserter(text); };
  for (const CounterInfo& info : kCounterTable)
    fmt::format_to(out(), "| `{}` | {} | {} | {} |\n", info.name,
                   info.labels.empty() ? std::string() : fmt::format("`{}`", info.labels), info.type, info.help);
  for (const GaugeInfo& info : kGaugeTable)
    fmt::format_to(out(), "| `{}` |  | {} | {} |\n", info.name, info.type, info.help);
  text += render_distributions_docs();
  fmt::format_to(out(), "| `{}` | `lesson`, `rendition` | counter | {} |\n", kRenditionBytesName, kRenditionBytesHelp);
  return text;
}

}  // namespace chalkline::streamer
