// Errors of the API: application/problem+json (RFC 9457) with the fields at fault, in the `errors` member of that RFC's
// own example (section 3). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

// What is wrong with one field of a request's body.
struct Fault {
  std::string pointer;  // RFC 6901: "/texts/0/language"
  std::string detail;   // "must not be empty"
};
using Faults = std::vector<Fault>;

// {"type": "about:blank", "title", "status", "detail", "errors": [{"pointer": "#/title", "detail"}]}; no faults, no
// `errors`. `detail`: a sentence for whoever called, never a path of this machine.
ManagedReply refused(unsigned status, std::string_view detail, const Faults& faults = {});

// 422: the body is JSON and cannot be what it says.
ManagedReply refused(const Faults& faults);

// An error of the library. What the caller can do something about keeps its sentence; the rest is told in general, and
// in full to the log.
ManagedReply refused(const Error& error);

}  // namespace chalkline::streamer
