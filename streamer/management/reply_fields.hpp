// The field lines of a managed reply, the same for every version of HTTP. Pure.
#pragma once

#include <string>
#include <string_view>

#include "streamer/delivery/cors.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

// Whether the reply has content at all (RFC 9110 15.3.5, 15.4.5).
bool has_content(const ManagedReply& reply);

// Lines with CRLF: type and length of the content (none of a feed's), the reply's own, Cache-Control where it says
// nothing of it, CORS for `origin`. Without Date and Connection.
std::string reply_fields(const ManagedReply& reply, const CorsPolicy& cors, std::string_view origin);

}  // namespace chalkline::streamer
