// A body that comes faster than it can be handed from the delivery thread to the one that works on it: that one
// receives it by itself, so that each byte is received, summed and written on one core, while it is in that core's
// cache. Handed over, it would be fetched from another core's, which costs more than all the rest. Called on threads of
// the management pool.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

struct StreamedPart {
  std::uint64_t bytes = 0;            // of the body, received and taken
  std::optional<ManagedReply> reply;  // of who takes them, who wants no more
};

struct StreamPace {
  std::chrono::milliseconds turn{50};   // a thread stays so long at most, but for what `take` takes
  std::chrono::milliseconds moment{1};  // it waits so long for more
};

// Receives at most `left` bytes from `socket`, which is non-blocking and in the clear, and gives them to `take`. Comes
// back as soon as nothing has come for a moment, and after a turn, so that others who wait for the thread have theirs.
// Where the connection has ended, the next who reads it will see.
StreamedPart stream_body(int socket, std::uint64_t left,
                         const std::function<std::optional<ManagedReply>(std::string_view)>& take,
                         const StreamPace& pace = {});

}  // namespace chalkline::streamer
