// Polling: it works on every file system that can be mounted, which notifications of the kernel do not, and costs one
// listing of a folder that is nearly empty.
#include "cli/serve/folder_watch.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/log.hpp"

namespace chalkline::cli {

using namespace std::chrono_literals;

namespace {

// Says each recording's trouble when it begins or changes, not at each look.
class Troubles {
 public:
  void note(const std::vector<library::WatchReport::Failed>& delayed) {
    std::map<std::string, std::string> now;
    for (const auto& [recording, why] : delayed) {
      const std::string sentence = why.to_sentence();
      const auto known = told_.find(recording.string());
      if (known == told_.end() || known->second != sentence)
        log_warn("a dropped recording has to wait", {{"recording", recording.string()}, {"reason", sentence}});
      now.emplace(recording.string(), sentence);
    }
    told_ = std::move(now);
  }

 private:
  std::map<std::string, std::string> told_;
};

void log_report(const library::WatchReport& report) {
  for (const auto& [recording, lesson] : report.taken)
    log_info("a dropped recording was taken in", {{"recording", recording.string()}, {"lesson", lesson}});
  for (const auto& [recording, why] : report.refused)
    log_warn("a dropped recording was refused", {{"recording", recording.string()}, {"reason", why.to_sentence()}});
}

}  // namespace

library::WatchOptions watch_options(const config::Config& config) {
  return {config.watched_folder.path, config.watched_folder.settle, config.worker.max_source_bytes,
          config.worker.max_tries};
}

void watch_folder(library::Library& library, const library::WatchOptions& options, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::optional<library::WatchedFolder> folder;
  std::string told;  // of the folder as a whole
  Troubles troubles;
  const auto tell = [&told](const Error& error) {
    std::string sentence = error.to_sentence();
    if (sentence != told) log_error("the watched folder cannot be used", {{"reason", sentence}});
    told = std::move(sentence);
  };
  while (!stop.stop_requested()) {
    if (!folder) {
      auto opened = library::WatchedFolder::open(library, options);
      if (opened) {
        folder.emplace(std::move(*opened));
        log_info("watching a folder", {{"folder", options.folder.string()}});
      } else {
        tell(opened.error());
      }
    }
    if (folder) {
      const auto report = folder->look(library::WatchedFolder::Clock::now(), stop);
      if (report) {
        told.clear();
        log_report(*report);
        troubles.note(report->delayed);
      } else if (report.error().code != Errc::kCancelled) {
        tell(report.error());
      }
    }
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop, folder ? 2s : 10s, [] { return false; });
  }
}

}  // namespace chalkline::cli
