// Buckets, and their text.
#include "streamer/delivery/distributions.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace chalkline::streamer {

// One writer: no read-modify-write instruction is needed.
static void add_up(std::atomic<std::int64_t>& value, std::int64_t amount) {
  value.store(value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

void Distributions::note(Distribution distribution, std::uint64_t value) {
  const auto index = static_cast<std::size_t>(distribution);
  const auto bounds = kDistributionTable[index].bounds;
  const auto bucket = static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin());
  add_up(cells_[index].buckets[bucket], 1);
  add_up(cells_[index].sum, static_cast<std::int64_t>(value));
}

void Distributions::add_to(DistributionSums& sums) const {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    for (std::size_t b = 0; b < cells_[i].buckets.size(); ++b)
      sums[i].buckets[b] += cells_[i].buckets[b].load(std::memory_order_relaxed);
    sums[i].sum += cells_[i].sum.load(std::memory_order_relaxed);
  }
}

std::string render_distributions(const DistributionSums& sums) {
  std::string text;
  const auto out = std::back_inserter(text);
  std::string_view last;
  for (const DistributionInfo& info : kDistributionTable) {
    const DistributionSum& sum = sums[static_cast<std::size_t>(info.distribution)];
    if (info.name != last) fmt::format_to(out, "# HELP {0} {1}\n# TYPE {0} histogram\n", info.name, info.help);
    last = info.name;
    const std::string labels = info.labels.empty() ? std::string() : fmt::format("{},", info.labels);
    const std::string alone = info.labels.empty() ? std::string() : fmt::format("{{{}}}", info.labels);
    std::int64_t count = 0;
    for (std::size_t b = 0; b < info.bounds.size(); ++b) {
      count += sum.buckets[b];
      fmt::format_to(out, "{}_bucket{{{}le=\"{}\"}} {}\n", info.name, labels, info.bounds[b] / info.per_unit, count);
    }
    count += sum.buckets[info.bounds.size()];
    fmt::format_to(out, "{0}_bucket{{{1}le=\"+Inf\"}} {2}\n{0}_sum{3} {4}\n{0}_count{3} {2}\n", info.name, labels,
                   count, alone, static_cast<double>(sum.sum) / info.per_unit);
  }
  return text;
}

std::string render_distributions_docs() {
  std::string text;
  for (const DistributionInfo& info : kDistributionTable)
    fmt::format_to(std::back_inserter(text), "| `{}` | {} | histogram | {} |\n", info.name,
                   info.labels.empty() ? std::string() : fmt::format("`{}`", info.labels), info.help);
  return text;
}

}  // namespace chalkline::streamer
