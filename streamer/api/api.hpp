// /api/v1, as far as the delivery session does not answer it (managed_route.hpp): dispatch by the table of
// route_table.hpp, tokens and roles, preconditions, idempotency. Called on threads of the management pool.
#pragma once

#include <memory>
#include <string>

#include "library/library.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

// The library and the feed of jobs outlive it. `preview_secret` is the delivery's too (delivery/services.hpp).
std::unique_ptr<ManagedHandler> make_api(library::Library& library, Feed& jobs, std::string preview_secret);

}  // namespace chalkline::streamer
