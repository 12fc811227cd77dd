// What to do about a request, decided on the delivery thread without touching anything that could wait: answer at once,
// or get the object of this key from the cache, the assets or the blocking pool. Pure but for its output storage.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "streamer/http/request.hpp"
#include "streamer/http/response.hpp"
#include "streamer/http/route.hpp"

namespace chalkline::streamer {

struct RequestPlan {
  const Route* route = nullptr;
  std::string_view key;              // the path; for a playlist with choices and curriculum pages also "\n" and a query
  std::optional<Response> response;  // set: this is the answer
};

// `storage` keeps what the key needs beyond the request's own bytes. `cors_fields` as CorsPolicy::object_fields().
RequestPlan plan_request(const RequestHead& head, std::string& storage, std::string_view cors_fields);

// The key of a path and a query: `storage`, which `path` may be a part of.
std::string_view key_with_query(std::string_view path, std::string_view query, std::string& storage);

// The key of a lesson's playlist or page whose addresses must carry a token: the same, and "\n" with when that ends.
std::string key_with_expiry(std::string_view key, std::int64_t expires);

// The key of what an editor looks at before learners may (api/preview_routes.cpp): another object than theirs.
std::string key_of_preview(std::string_view key, std::int64_t expires);

// The parts of a key again, for the source: its path, and the query after "\n".
struct KeyParts {
  std::string_view path;
  std::string_view query;
  std::int64_t expires = 0;  // 0: no token
  bool preview = false;
};
KeyParts split_key(std::string_view key);

}  // namespace chalkline::streamer
