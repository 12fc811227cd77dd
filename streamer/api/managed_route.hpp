// Which heads under /api/v1/ the managed side answers (streamer/api/api.hpp) and which stay with the delivery session:
// the three addresses that only read what every learner may see stay where they are cheap. Pure; the session asks.
#pragma once

#include <string_view>

#include "streamer/http/request.hpp"
#include "streamer/http/route.hpp"

namespace chalkline::streamer {

// `path` normalised as parse_target does; `has_query`: the target has a "?"; `authorization` and `cookie` the fields as
// sent.
constexpr bool is_managed_api(Method method, std::string_view path, bool has_query, std::string_view authorization,
                              std::string_view cookie) {
  if (!path.starts_with("/api/v1/")) return false;
  if (method != Method::kGet && method != Method::kHead) return true;
  if (!match_route(path)) return true;
  return has_query || authorization.starts_with("Bearer ct_") || cookie.find("chalkline=") != std::string_view::npos;
}

}  // namespace chalkline::streamer
