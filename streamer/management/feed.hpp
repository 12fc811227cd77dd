// What a reply can go on with: events for as long as the client listens (server-sent events, WHATWG HTML 9.2). A feed
// makes pieces of text/event-stream on a thread of its own and hands each to everybody who listens; what carries them
// (management/event_session.hpp, h2/h2_managed.cpp) knows nothing of what they say.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace chalkline::streamer {

using EventText = std::shared_ptr<const std::string>;

class Feed {
 public:
  Feed() = default;
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  virtual ~Feed() = default;

  // Called for every piece, in order, on the feed's thread or on the one that calls listen(); must not block, and must
  // not call the feed.
  using Deliver = std::function<void(const EventText&)>;
  // Ends with the listening; nothing is delivered after that.
  class Listening {
   public:
    Listening() = default;
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    virtual ~Listening() = default;
  };
  // The first piece is the whole state: whoever comes back after a cut has missed nothing. Any thread.
  virtual std::unique_ptr<Listening> listen(Deliver deliver) = 0;
};

// A listener that takes less than this is behind for good: it is let go, and comes back to a whole state.
inline constexpr std::size_t kMostEventBytesWaiting = 4'000'000;

}  // namespace chalkline::streamer
