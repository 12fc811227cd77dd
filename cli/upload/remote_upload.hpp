// One recording to a server by tus 1.0: begins, or goes on where an earlier try or an earlier run of this program was
// cut off, and tries again by itself for as long as that brings anything. Blocks.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "cli/jobs/event.hpp"
#include "core/error.hpp"

namespace chalkline::cli {

struct RemoteTarget {
  std::string server;  // "https://video.example"
  std::string token;
  std::string title, course, language;  // empty: the server's choice
  bool again = false;                   // a lesson of its own even where the same recording is one already
};

struct RemoteLesson {
  std::string id;     // "" where the server has the recording and is still at it
  std::string watch;  // the address of its page
  bool duplicate = false;
};

// Errors say what to do: kInvalidArgument (address), kPermissionDenied (token, certificate), kUnusableInput (the server
// does not take it), kDiskFull (the server's), kIo (gave up; the same command goes on), kCancelled.
Result<RemoteLesson> upload_to(const RemoteTarget& target, const std::filesystem::path& recording,
                               const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop);

}  // namespace chalkline::cli
