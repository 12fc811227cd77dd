// The JSON lines of `chalkline transcode --json`: what the worker reads from its child, and any other program may. One
// object a line on standard output, "event" says which:
//   {"event":"progress","stage":"encoding","fraction":0.42,"speed":3.1,"seconds_left":80.5,
//    "rungs":[{"name":"720p","fraction":0.4}]}
//   {"event":"done","version":"<sha256>", ...the facts of `inspect --json`}
//   {"event":"error","code":"unusable_input","message":"...","hint":"...","exit_code":4}
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "library/job_queue.hpp"

namespace chalkline::cli {

struct ProgressEvent {
  std::string stage;                      // "copying", "probing", "encoding", "publishing", "waiting"
  double fraction = 0;                    // 0..1 of the whole
  double speed = 0;                       // media seconds per wall second; 0 while unknown
  double seconds_left = -1;               // < 0 while unknown, then left out of the line
  std::vector<library::JobRung> rungs{};  // of the pictures, while they are encoded; else left out
  friend bool operator==(const ProgressEvent&, const ProgressEvent&) = default;
};

struct DoneEvent {
  std::string version;
  friend bool operator==(const DoneEvent&, const DoneEvent&) = default;
};

struct ErrorEvent {
  std::string code;  // name(Errc)
  std::string message;
  std::string hint;
  friend bool operator==(const ErrorEvent&, const ErrorEvent&) = default;
};

using Event = std::variant<ProgressEvent, DoneEvent, ErrorEvent>;

std::string to_line(const ProgressEvent& event);  // with the final newline, as all of these
std::string to_line(const Error& error);

// The code that name() gives this name, if any does.
std::optional<Errc> errc_named(std::string_view text);

// Nothing for a line that is none of these events: a child that crashes may write anything.
std::optional<Event> parse_event(std::string_view line);

}  // namespace chalkline::cli
