// Status codes: their reason phrases, and the one switch from our errors to HTTP.
#pragma once

#include <string_view>

#include "core/error.hpp"

namespace chalkline::streamer {

// "Not Found"; "Unknown" for a code we never send.
std::string_view reason_phrase(unsigned status) noexcept;

// What a failed load of an object means to the client.
unsigned status_of(Errc code) noexcept;

}  // namespace chalkline::streamer
