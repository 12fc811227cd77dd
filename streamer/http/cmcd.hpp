// Common Media Client Data, version 1 (CTA-5004): what a player says about itself with each request, in the query
// (CMCD=...) or in the four CMCD-* header fields. Read for metrics, for the next segment to fetch into memory, and for
// pacing. Pure; what is malformed is passed over, since it comes from outside and nothing depends on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chalkline::streamer {

struct Cmcd {
  bool any = false;                              // something was understood
  std::optional<std::uint32_t> buffer_ms;        // bl
  std::optional<std::uint32_t> throughput_kbps;  // mtp: measured by the player
  std::optional<std::uint32_t> sufficient_kbps;  // rtp: more than this the player does not need
  bool starved = false;                          // bs: the buffer ran empty since the last request
  bool starting = false;                         // su: at start, after a seek or after running empty
  std::string next_object;  // nor: relative to the request's path, percent-decoded; empty where absent
};

// One CMCD text: "bl=21300,bs,nor=\"..%2F3.m4s\"" (a header field's value, or the query's value percent-decoded). Adds
// to what `data` has: the four header fields are read one after the other.
void parse_cmcd(std::string_view text, Cmcd& data);

// The path that `relative` names when asked for beside `path` (RFC 3986 5.2, without query); empty where it leads out
// of the root, to another host, or is longer than any of ours.
std::string resolve_path(std::string_view path, std::string_view relative);

}  // namespace chalkline::streamer
