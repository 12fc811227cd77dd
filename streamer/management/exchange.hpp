// One managed request being answered, seen from what answers it: the head first, then the body in pieces, so that a
// body of any length goes through in flat memory. ManagedSession makes the calls on threads of the management pool, one
// at a time; they may block.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

// The first reply ends the exchange: nothing is called after it.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  // The head has come; `request` has no body yet and stands until the end. None: the body is wanted, if there is one.
  virtual std::optional<ManagedReply> begin(const ManagedRequest& request) = 0;
  // A piece of the body, in order.
  virtual std::optional<ManagedReply> take(std::string_view bytes) = 0;
  // The body has come to its end (or there was none).
  virtual ManagedReply finish() = 0;
  // The client went away, or was too slow, in the middle of the body.
  virtual void cut() {}
};

// What answers requests whose bodies may be of any length.
class StreamedHandler {
 public:
  StreamedHandler() = default;
  StreamedHandler(const StreamedHandler&) = delete;
  StreamedHandler& operator=(const StreamedHandler&) = delete;
  virtual ~StreamedHandler() = default;
  virtual std::unique_ptr<Exchange> open() = 0;  // any thread
};

// Collects the body, at most ManagedRequest::kMostBodyBytes (else 413), and asks the handler, which outlives it.
std::unique_ptr<Exchange> exchange_with(ManagedHandler& handler);

// Answers OPTIONS for what a ManagedHandler serves: 204, with what a browser asks before it sends a request of another
// site's page (Fetch, CORS preflight).
std::unique_ptr<Exchange> exchange_for_options();

}  // namespace chalkline::streamer
