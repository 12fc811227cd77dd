// Durations and sizes as people write them in a configuration: "30s", "1h30m", "256MB". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace chalkline::config {

// Whole numbers with units, largest first: "500ms", "30s", "5m", "1h30m", "2d"; "0" needs no unit. Nothing where the
// text is not that or over 10 years.
std::optional<Duration> parse_duration(std::string_view text);
std::string format_duration(Duration duration);  // the shortest form that reads back: "1h30m"

// A whole number of B, kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (of 1024); no unit means bytes.
std::optional<Bytes> parse_bytes(std::string_view text);
std::string format_size(
    Bytes bytes);  // the largest unit without a remainder: 256'000'000 -> "256MB", 16'384 -> "16KiB"

}  // namespace chalkline::config
