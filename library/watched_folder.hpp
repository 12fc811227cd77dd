// A folder into which people drop recordings: each that is finished becomes a lesson with a job, once, whatever dies on
// the way. Nothing is ever deleted: what was dropped is moved.
//   DIR/...                 drops (library/drops.hpp); a folder's path is the course of what lies in it
//   DIR/taken/<lesson>/     what has become a lesson
//   DIR/refused/<name>/     what could not, and DIR/refused/<name>.reason.txt
//   DIR/.taking/<claim>/    what is being taken in
// Called by cli/folder_watch on a thread of its own; blocks. The clock is a parameter, so that settling is tested
// without waiting.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/file.hpp"
#include "library/drops.hpp"
#include "library/library.hpp"

namespace chalkline::library {

struct WatchOptions {
  std::filesystem::path folder;
  std::chrono::milliseconds settle{};  // a file is finished when its size and time have not changed for so long
  std::uint64_t max_source_bytes = 0;  // larger recordings are refused
  int max_tries = 3;                   // of each job
};

// What became of the drops that a look dealt with.
struct WatchReport {
  struct Taken {
    std::filesystem::path recording;  // relative to the folder, as it was dropped
    std::string lesson;
  };
  struct Failed {
    std::filesystem::path recording;
    Error why;
  };
  std::vector<Taken> taken;
  std::vector<Failed> refused;  // for good: they lie in refused/
  std::vector<Failed> delayed;  // a full disk, a busy database: tried again by later looks
};

class WatchedFolder {
 public:
  using Clock = std::chrono::steady_clock;

  // Makes the folder and what belongs into it. kBusy while another process watches it; the lock ends with the process.
  static Result<WatchedFolder> open(Library& library, WatchOptions options);

  // One look: goes on with what was begun, then takes in what has settled by `now`. An error only where the folder
  // itself cannot be read; kCancelled at `stop`.
  Result<WatchReport> look(Clock::time_point now, const std::stop_token& stop);

 private:
  struct Seen {
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type written;
    Clock::time_point since;
  };
  WatchedFolder(Library& library, WatchOptions options, UniqueFd lock);

  Result<std::map<std::filesystem::path, Seen>> list(Clock::time_point now) const;
  bool settled(const Drop& drop, Clock::time_point now) const;
  void process(const std::filesystem::path& claim, const std::stop_token& stop, WatchReport& report);

  Library* library_;
  WatchOptions options_;
  UniqueFd lock_;
  std::map<std::filesystem::path, Seen> seen_;
};

}  // namespace chalkline::library
