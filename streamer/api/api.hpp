// /api/v1, as far as the delivery session does not answer it (managed_route.hpp): dispatch by the table of
// route_table.hpp, tokens and roles, preconditions, idempotency. Called on threads of the management pool.
#pragma once

#include <memory>
#include <string>

#include "library/library.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

class Steering;
class VisitDesk;

// The library, the feed of jobs, the steering and the desk of visits (null: none are taken) outlive it.
// `preview_secret` is the delivery's too (delivery/services.hpp). `closed`: learners need tokens.
std::unique_ptr<ManagedHandler> make_api(library::Library& library, Feed& jobs, std::string preview_secret, bool closed,
                                         const Steering& steering, VisitDesk* visits);

}  // namespace chalkline::streamer
