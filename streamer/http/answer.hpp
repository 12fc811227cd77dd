// From a request and what the server holds to a Response: preconditions, ranges, content coding, errors. Pure: the
// clock is a parameter and nothing here knows sockets.
#pragma once

#include <cstdint>
#include <string_view>

#include "streamer/http/request.hpp"
#include "streamer/http/response.hpp"

namespace chalkline::streamer {

// GET or HEAD of an object that is there.
Response answer_with_object(const RequestHead& request, ObjectPtr object, std::int64_t now_unix_seconds);

struct ErrorAnswer {
  unsigned status = 500;
  std::string_view detail;         // one clause for the client; never a path of the server's disk
  bool json = false;               // application/problem+json (RFC 9457), else text/plain
  std::string_view extra_fields;   // whole lines with CRLF: "Allow: GET\r\n"
  std::string_view shared_fields;  // CORS
};
// HEAD gets the same head without the body.
Response answer_with_error(Method method, const ErrorAnswer& error);

// 204 to OPTIONS, with CORS preflight fields (Fetch 4.8) that browsers may keep for a day.
Response answer_to_options(std::string_view allowed_methods, std::string_view cors_fields);

// A short text that is never cached: /healthz, /metrics.
Response answer_with_text(Method method, std::string_view media_type, std::string text);

}  // namespace chalkline::streamer
