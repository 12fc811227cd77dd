// What a learner near a mirror is answered (steering.hpp knows which, and whether it is there): a playlist that offers
// both, a redirect for what is asked for without one, the manifest that says where to go on. For answering.cpp, on
// delivery threads; never waits.
#pragma once

#include <optional>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "streamer/delivery/request_plan.hpp"
#include "streamer/http/request.hpp"
#include "streamer/http/response.hpp"

namespace chalkline::streamer {

class Worker;

// Who asks, and what stood in front of the path.
struct Asker {
  const boost::asio::ip::address& learner;
  std::string_view target;  // as it was sent
  std::string_view rest;    // without what stood in front: /here/ or /near/, then /t/TOKEN/
  std::string_view token;   // of /t/TOKEN/
  bool by_prefix = false;   // something stood there: may_follow_prefix() says of what it may
  bool stays = false;       // came back from a mirror, or never is sent to one
};

// Views into `head`.
Asker asker_of(const RequestHead& head, const boost::asio::ip::address& learner);

// The redirect to the mirror; or none and, for a playlist, a key of one that offers the mirror too.
std::optional<Response> steer(Worker& worker, const RequestHead& head, const Asker& asker, RequestPlan& plan);

// RFC 8216bis 7.
Response steering_manifest(Worker& worker, const RequestHead& head, const Asker& asker);

}  // namespace chalkline::streamer
