// Conditional requests, evaluated in the order of RFC 9110 13.2.2. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "streamer/http/request.hpp"

namespace chalkline::streamer {

struct Validators {
  std::string_view etag;                      // with its quotes; empty: the representation has none
  std::optional<std::int64_t> last_modified;  // Unix seconds, only where it is honest
};

enum class Precondition {
  kProceed,              // answer as usual; Range may apply
  kProceedWithoutRange,  // If-Range did not hold: the whole representation
  kNotModified,          // 304
  kFailed,               // 412
};

Precondition evaluate_preconditions(const RequestHead& request, const Validators& current,
                                    std::int64_t now_unix_seconds);

// RFC 9110 8.8.3.2. `list` is the value of If-Match or If-None-Match: "*" or entity tags.
bool etag_list_matches_strongly(std::string_view list, std::string_view etag);
bool etag_list_matches_weakly(std::string_view list, std::string_view etag);

}  // namespace chalkline::streamer
