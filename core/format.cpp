// Figures for people.
#include "core/format.hpp"

#include <fmt/format.h>

namespace chalkline {

std::string format_bytes(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (value < 999'950) return fmt::format("{:.1f} kB", value / 1e3);
  if (value < 999'950'000) return fmt::format("{:.1f} MB", value / 1e6);
  return fmt::format("{:.2f} GB", value / 1e9);
}

std::string format_bit_rate(std::uint64_t bits_per_second) {
  const auto value = static_cast<double>(bits_per_second);
  if (value < 999'950) return fmt::format("{:.1f} kbit/s", value / 1e3);
  return fmt::format("{:.2f} Mbit/s", value / 1e6);
}

std::string format_megabytes_per_hour(std::uint64_t bytes, std::int64_t duration_ms) {
  if (duration_ms <= 0) return "0.0";
  return fmt::format("{:.1f}", static_cast<double>(bytes) * 3.6 / static_cast<double>(duration_ms));
}

}  // namespace chalkline
