// Everything whose spread the server measures, in one table like counters.hpp: how long answers took, and what players
// say of their buffers and links (CMCD). Histograms in the manner of Prometheus: fixed bounds, cumulative when they are
// written. Each delivery thread has its own; any thread may note, a scrape adds them up.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace chalkline::streamer {

enum class Distribution : std::uint8_t {
  kDeliveryHit,
  kDeliveryMiss,
  kDeliveryOther,
  kClientBuffer,
  kClientThroughput,
  kCount
};

struct DistributionInfo {
  Distribution distribution;
  std::string_view name;
  std::string_view labels;
  std::string_view help;
  double per_unit;                        // noted units in one of the metric's own
  std::span<const std::uint32_t> bounds;  // in noted units; one more bucket takes the rest
};

inline constexpr std::size_t kMostBounds = 16;
// Microseconds, milliseconds of buffer, kbit/s.
inline constexpr std::array<std::uint32_t, 16> kTimeBounds = {
    100,    250,     500,     1'000,   2'500,     5'000,     10'000,     25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000, 15'000'000, 60'000'000};
inline constexpr std::array<std::uint32_t, 9> kBufferBounds = {0,     500,    1'000,  2'000, 4'000,
                                                               8'000, 16'000, 32'000, 64'000};
inline constexpr std::array<std::uint32_t, 10> kRateBounds = {16, 32, 64, 128, 256, 512, 1'024, 2'048, 4'096, 8'192};

inline constexpr std::string_view kDeliveryHelp =
    "seconds from a request's head to the last byte of its answer handed to the kernel, by how the cache had it";
inline constexpr std::array kDistributionTable = {
    DistributionInfo{Distribution::kDeliveryHit, "chalkline_delivery_seconds", "cache=\"hit\"", kDeliveryHelp, 1e6,
                     kTimeBounds},
    DistributionInfo{Distribution::kDeliveryMiss, "chalkline_delivery_seconds", "cache=\"miss\"", kDeliveryHelp, 1e6,
                     kTimeBounds},
    DistributionInfo{Distribution::kDeliveryOther, "chalkline_delivery_seconds", "cache=\"none\"", kDeliveryHelp, 1e6,
                     kTimeBounds},
    DistributionInfo{Distribution::kClientBuffer, "chalkline_client_buffer_seconds", "",
                     "how much players had in their buffers when they asked for a segment (CMCD bl)", 1e3,
                     kBufferBounds},
    DistributionInfo{Distribution::kClientThroughput, "chalkline_client_throughput_kbps", "",
                     "what players measured of their links, kbit/s (CMCD mtp)", 1, kRateBounds},
};
static_assert(kDistributionTable.size() == static_cast<std::size_t>(Distribution::kCount));

struct DistributionSum {
  std::array<std::int64_t, kMostBounds + 1> buckets{};  // not cumulative; the last one is what lies beyond the bounds
  std::int64_t sum = 0;
};
using DistributionSums = std::array<DistributionSum, static_cast<std::size_t>(Distribution::kCount)>;

class Distributions {
 public:
  void note(Distribution distribution, std::uint64_t value);
  void add_to(DistributionSums& sums) const;

 private:
  struct Cells {
    std::array<std::atomic<std::int64_t>, kMostBounds + 1> buckets{};
    std::atomic<std::int64_t> sum{0};
  };
  std::array<Cells, static_cast<std::size_t>(Distribution::kCount)> cells_{};
};

// The Prometheus text format, and the rows of the table in docs/delivery.md. Pure.
std::string render_distributions(const DistributionSums& sums);
std::string render_distributions_docs();

}  // namespace chalkline::streamer
