// The hottest set remembered over a restart: every few minutes, and at the end, the keys that have proven themselves
// are written to a file; a server that starts reads them back into its cache, one after the other on a thread of its
// own, while it serves already. Only immutable objects are remembered. Owned by the server; stop() before the cache
// goes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "streamer/cache/object_cache.hpp"
#include "streamer/delivery/object_source.hpp"

namespace chalkline::streamer {

class WarmStart {
 public:
  static constexpr std::chrono::minutes kRememberEvery{5};

  // Starts at once. A file that is missing, unreadable or not ours is an empty one.
  WarmStart(std::filesystem::path file, ObjectCache& cache, ObjectSource& source);
  ~WarmStart() { stop(); }
  WarmStart(const WarmStart&) = delete;
  WarmStart& operator=(const WarmStart&) = delete;

  void stop();  // remembers a last time; any number of times

 private:
  void run(const std::stop_token& stop);
  bool fill_cache(const std::stop_token& stop);  // false: stopped before its end
  void remember();

  const std::filesystem::path file_;
  ObjectCache& cache_;
  ObjectSource& source_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the others
};

// The file's text: a first line that says what it is, then one key a line. Keys that could break a line are left out.
std::string render_hot_keys(const std::vector<std::string>& keys);
std::vector<std::string> parse_hot_keys(std::string_view text);

}  // namespace chalkline::streamer
