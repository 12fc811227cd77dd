// A mirror is up when /readyz says 200; what it says of its own upstream does not matter: it serves what it has.
#include "cli/serve/mirror_watch.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

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

MirrorWatch::MirrorWatch(streamer::Steering& steering) {
  for (streamer::Steering::Mirror& mirror : steering.mirrors())
    threads_.emplace_back([&mirror](const std::stop_token& stop) { watch(mirror, stop); });
}

void MirrorWatch::request_stop() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

}  // namespace chalkline::cli
