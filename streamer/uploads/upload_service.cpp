// A wait that ends at once when the server does.
#include "streamer/uploads/upload_service.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "core/log.hpp"
#include "streamer/uploads/upload_exchange.hpp"

namespace chalkline::streamer {

using namespace std::chrono_literals;

UploadService::UploadService(library::Library& library, const config::Config& config, std::function<void()> besides)
    : library_(library),
      desk_(library, UploadRules::of(config)),
      besides_(std::move(besides)),
      tending_([this](const std::stop_token& stop) { tend(stop); }) {}

std::unique_ptr<Exchange> UploadService::open() { return std::make_unique<UploadExchange>(desk_, library_); }

void UploadService::tend(const std::stop_token& stop) {
  const auto pause =
      std::clamp<std::chrono::milliseconds>(std::chrono::milliseconds(desk_.rules().expiry_ms / 4), 250ms, 1min);
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    try {
      desk_.tend();
      besides_();
    } catch (const std::exception& thrown) {
      log_error("cannot tend what is unfinished", {{"error", thrown.what()}});
    }
    waiting.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace chalkline::streamer
