// One run of the confined transcode, `chalkline transcode --confined --json`, seen from outside: started, listened to,
// ended when it hangs, and its end explained. Whatever a recording does to the child is a value here. Used by the job
// runner and by the verb `transcode` itself; blocks the calling thread.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/jobs/child_process.hpp"
#include "cli/jobs/event.hpp"
#include "cli/verbs/arguments.hpp"
#include "config/config.hpp"
#include "core/error.hpp"

namespace chalkline::cli {

struct TranscodeOrder {
  std::filesystem::path input;
  std::filesystem::path
      out;               // "version" in a folder that is this run's own: the child may write there and nowhere else
  std::string title;     // empty: the recording's own
  std::string language;  // empty: unknown
  std::vector<SideFile> sides;
  std::optional<std::filesystem::path> config_file;
  // A folder with the index.json of a version of this recording, that gets a saver ladder (publish/saver_version).
  std::optional<std::filesystem::path> improve;
};

// The words after the program's name.
std::vector<std::string> arguments_for(const TranscodeOrder& order);

confine::Limits limits_for(const config::WorkerConfig& worker);

struct ChildReport {
  enum class Why {
    kItself,   // it ended
    kStopped,  // shall_stop() said so
    kStalled,  // no progress for stall_timeout: stopped in its tracks, or spinning
    kOpening,  // used its CPU time without getting past the recording's first bytes
  };
  Why why = Why::kItself;
  ChildEnd end;
  std::string version;              // from its "done"
  std::optional<ErrorEvent> error;  // from its "error"
  std::string last_words;           // the last line of its standard error
};

struct Watch {
  std::chrono::milliseconds stall_timeout;
  std::function<void(const ProgressEvent&)> progress;
  std::function<bool(const ProgressEvent& latest)> shall_stop;  // asked some times a second
};

// Until the child has ended, by itself or because it was ended: SIGTERM first, SIGKILL after five seconds.
ChildReport watch_child(ChildProcess& child, const Watch& watch);

// Why there is no version: a sentence about the recording called `name`, with its code.
Error failure_of(const ChildReport& report, const std::string& name);

// Logs what this machine does not grant to the confinement of a transcode, if anything.
void warn_of_gaps();

}  // namespace chalkline::cli
