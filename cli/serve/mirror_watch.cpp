// A mirror is up when /readyz says 200; what it says of its own upstream does not matter: it serves what it has.
#include "cli/serve/mirror_watch.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

#include "client/http_client.hpp"
#include "core/log.hpp"

namespace chalkline::cli {

// Less than a segment: who was sent to a mirror that went away, and asks again, is served here.
static constexpr std::chrono::seconds kEvery{2};

static void watch(streamer::Steering::Mirror& mirror, const std::stop_token& stop) {
  client::ClientOptions options;
  options.user_agent = "chalkline-steering";
  options.connect_timeout = kEvery;
  options.silence = kEvery;
  options.stop = stop;
  client::HttpClient client(options);
  client::Request request;
  request.url = mirror.pathway.base + "/readyz";
  std::mutex mutex;
  std::condition_variable_any condition;
  while (!stop.stop_requested()) {
    const auto reply = client.ask(request);
    const bool up = reply && reply->status == 200;
    if (up) mirror.refuses = reply->field(streamer::Steering::kNearField) == "?1";
    if (mirror.up.exchange(up) != up)
      log_info(up ? "learners are sent to a mirror" : "a mirror does not answer, and nobody is sent there",
               {{"mirror", mirror.pathway.base}});
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop, kEvery, [] { return false; });
  }
}

MirrorWatch::MirrorWatch(streamer::Steering& steering, library::Mirrors& registered)
    : steering_(steering), registered_(registered) {
  watch_all();
  if (steering_.hears_registered()) looking_ = std::jthread([this](const std::stop_token& stop) { look(stop); });
}

// One that is gone, or has another address by now, is watched no more.
void MirrorWatch::watch_all() {
  const auto mirrors = steering_.mirrors();
  std::vector<std::jthread> over;  // joined without the lock
  const std::lock_guard lock(mutex_);
  for (auto at = watchers_.begin(); at != watchers_.end();) {
    if (std::ranges::find(mirrors, at->first) != mirrors.end()) {
      ++at;
      continue;
    }
    at->second.request_stop();
    over.push_back(std::move(at->second));
    at = watchers_.erase(at);
  }
  for (const Mirror& mirror : mirrors)
    if (!watchers_.contains(mirror))
      watchers_.emplace(mirror, std::jthread([mirror](const std::stop_token& stop) { watch(*mirror, stop); }));
}

void MirrorWatch::look(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  while (!stop.stop_requested()) {
    if (const auto known = registered_.list()) {  // else those that are known stay
      steering_.set_registered(*known);
      watch_all();
    }
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop, kEvery, [] { return false; });
  }
}

void MirrorWatch::request_stop() {
  looking_.request_stop();
  const std::lock_guard lock(mutex_);
  for (auto& [mirror, thread] : watchers_) thread.request_stop();
}

}  // namespace chalkline::cli
