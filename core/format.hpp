// Figures for people: one way of writing sizes and rates everywhere.
#pragma once

#include <cstdint>
#include <string>

namespace chalkline {

// Decimal units as data bundles are sold: 999 -> "999 B", 12'345 -> "12.3 kB", 9'100'000 -> "9.1 MB".
std::string format_bytes(std::uint64_t bytes);

// bit/s: 43'200 -> "43.2 kbit/s", 1'250'000 -> "1.25 Mbit/s".
std::string format_bit_rate(std::uint64_t bits_per_second);

// Bytes over milliseconds as MB per hour of play: "9.1".
std::string format_megabytes_per_hour(std::uint64_t bytes, std::int64_t duration_ms);

}  // namespace chalkline
