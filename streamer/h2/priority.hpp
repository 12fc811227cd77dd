// RFC 9218: how urgent an answer is, from what the client asks (the priority field or a PRIORITY_UPDATE frame) and from
// what we know of our own objects: a player can do nothing before it has its playlists and init segments, and a lesson
// whose voice goes on is a lesson still, so video gives way to both. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace chalkline::streamer {

struct Priority {
  std::uint32_t urgency = 3;  // 0, first, to 7, last
  bool incremental = false;   // shares the link with its equals instead of going one after the other
  friend bool operator==(const Priority&, const Priority&) = default;
};

// The value of the field or frame, a dictionary (RFC 8941 3.2) of which u and i are known; what is unknown or out of
// bounds is passed over (RFC 9218 4). None where neither is there.
std::optional<Priority> parse_priority(std::string_view text);

// What the answer to a request for `target` gets. The client's order stands (RFC 9218 8 lets a server know better):
// video goes one step after what it asks the same urgency for, and segments go whole, one after the other.
Priority priority_of(std::string_view target, std::optional<Priority> asked);

}  // namespace chalkline::streamer
