// From a request to its answer, the same for every protocol: the route, the cache with its loads and counters, errors.
// What a connection adds is how requests come in and how answers leave. Called on delivery threads; never waits.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "streamer/cache/object_cache.hpp"
#include "streamer/delivery/timer_wheel.hpp"
#include "streamer/http/request.hpp"
#include "streamer/http/response.hpp"

namespace chalkline::streamer {

class Worker;

struct Answering {
  std::optional<Response> response;  // none: it is being loaded, and the waiter will be called once, on any thread
  std::string_view lookup = "-";     // of the cache, for the access log and Cache-Status
};

// Makes what is called with the loaded object; asked for only where there is one to wait for.
using MakeWaiter = std::function<ObjectCache::Waiter()>;

// `learner`: who asks, for steering.
Answering answer_request(Worker& worker, const RequestHead& head, const boost::asio::ip::address& learner,
                         TimerWheel::Clock::time_point now, const MakeWaiter& make_waiter);

// GET of what never changes: may be answered before the TLS handshake is complete, though an attacker may have recorded
// the request and be playing it again (RFC 8470 3).
bool may_answer_early(const RequestHead& head);

// The answer once the load has ended.
Response answer_loaded(Worker& worker, const RequestHead& head, const LoadResult& loaded);

// The lines that depend on the moment and the asker, the same for every protocol: Date, CORS, Cache-Status (RFC 9211),
// Age (RFC 9111 5.1).
void append_fields(Worker& worker, const RequestHead& head, const Response& response, std::string_view lookup,
                   std::string& to);

// An answer after which the connection ends (HTTP/1.1); `fields`: whole lines with CRLF.
Response refusal(Worker& worker, const RequestHead& head, unsigned status, std::string_view reason,
                 std::string_view fields = {});

}  // namespace chalkline::streamer
