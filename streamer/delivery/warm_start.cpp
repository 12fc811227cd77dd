// One thread: fill, then remember now and then.
#include "streamer/delivery/warm_start.hpp"

#include <algorithm>
#include <utility>

#include "core/file.hpp"
#include "core/log.hpp"
#include "streamer/delivery/services.hpp"

namespace chalkline::streamer {

namespace {

constexpr std::string_view kFirstLine = "chalkline hot objects 1";
constexpr std::string_view kImmutable = "/v/";

bool fits_a_line(std::string_view key) {
  return key.starts_with(kImmutable) &&
         std::none_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string render_hot_keys(const std::vector<std::string>& keys) {
  std::string text(kFirstLine);
  text += '\n';
  for (const std::string& key : keys)
    if (fits_a_line(key)) text.append(key).append("\n");
  return text;
}

std::vector<std::string> parse_hot_keys(std::string_view text) {
  std::vector<std::string> keys;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;  // a line that was not finished is not believed
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (std::exchange(first, false)) {
      if (line != kFirstLine) return {};
    } else if (fits_a_line(line)) {
      keys.emplace_back(line);
    }
  }
  return keys;
}

WarmStart::WarmStart(std::filesystem::path file, ObjectCache& cache, ObjectSource& source)
    : file_(std::move(file)),
      cache_(cache),
      source_(source),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void WarmStart::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void WarmStart::run(const std::stop_token& stop) {
  if (!fill_cache(stop)) return;  // what is on disk knows more than the cache does
  std::unique_lock lock(mutex_);
  do {  // a last time also where the end came before this thread did
    wake_.wait_for(lock, stop, kRememberEvery, [] { return false; });
    remember();
  } while (!stop.stop_requested());
}

bool WarmStart::fill_cache(const std::stop_token& stop) {
  const auto text = read_file(file_);
  if (!text) return true;
  std::size_t filled = 0;
  for (const std::string& key : parse_hot_keys(*text)) {
    if (stop.stop_requested()) return false;
    if (cache_.holds(key)) continue;
    const LoadResult loaded = load_safely(source_, key);
    if (!loaded) continue;  // its version may have gone since
    if (!cache_.fill(key, *loaded, ObjectCache::Clock::now())) break;
    ++filled;
  }
  if (filled > 0) log_info("the cache is warm", {{"objects", filled}});
  return true;
}

void WarmStart::remember() {
  const std::vector<std::string> keys = cache_.proven_keys();
  if (keys.empty()) return;
  if (const auto made = make_directories(file_.parent_path()); !made)
    return log_warn("cannot remember what is hot", {{"error", made.error().to_sentence()}});
  if (const auto written = write_file_atomically(file_, render_hot_keys(keys)); !written)
    log_warn("cannot remember what is hot", {{"error", written.error().to_sentence()}});
}

}  // namespace chalkline::streamer
