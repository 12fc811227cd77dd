// Errors of what is managed, as RFC 9457 has them: application/problem+json. Pure.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

// {"type":"about:blank","title":"Not Found","status":404,"detail":...}. `detail`: one sentence for whoever called;
// never a path of this machine. No detail: the member is left out.
ManagedReply problem(unsigned status, std::string_view detail = {});

// An error of the library: its status by its code, its sentence where the caller can do something about it (4xx), else
// a general one; the reason itself belongs in the log.
ManagedReply problem(const Error& error);

// 401 with WWW-Authenticate (RFC 6750 3) where no token was presented or none that is valid; 403 where its role is too
// low.
ManagedReply unauthorized(bool presented);
ManagedReply forbidden(std::string_view detail);

// The status that an error of the library is told as: 404, 409, 400, 507, 503, 500.
unsigned managed_status(Errc code) noexcept;

}  // namespace chalkline::streamer
