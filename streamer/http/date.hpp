// HTTP dates (RFC 9110 5.6.7): IMF-fixdate out; IMF-fixdate, RFC 850 and asctime forms in. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chalkline::streamer {

// "Sun, 06 Nov 1994 08:49:37 GMT" of Unix seconds.
std::string format_http_date(std::int64_t unix_seconds);

// `now` decides the century of an RFC 850 year: one that seems over 50 years ahead is in the past.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_unix_seconds);

}  // namespace chalkline::streamer
