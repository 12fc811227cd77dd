// The header fields in which a client speaks of itself: client hints (RFC 8942), Save-Data, CMCD (CTA-5004). Beast's
// table of field names has none of them, so they are told apart here, by length first. Called for fields that nobody
// else knows.
#pragma once

#include <string_view>

#include "streamer/http/request.hpp"

namespace chalkline::streamer {

// Whether it is one of them; `name` in any case.
bool is_client_field(std::string_view name);

// `name` in any case; `value` is kept as a view. What is sent twice counts as sent last.
void take_client_field(RequestHead& head, std::string_view name, std::string_view value);

}  // namespace chalkline::streamer
