// Takes events to the receivers of hooks (library/hooks.hpp): `chalkline serve` makes one. A few threads of its own, so
// that a receiver that is slow keeps no other waiting, and never more than one request to a receiver at a time. At
// least once: what is not known to have arrived is sent again, also after a kill. Nobody else waits for any of it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "client/http_client.hpp"
#include "config/config.hpp"
#include "library/hooks.hpp"

namespace chalkline::hooks {

class Courier {
 public:
  // `hooks` outlives it. Begins at once.
  Courier(library::Hooks& hooks, config::HooksConfig config);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  void request_stop() { stop_.request_stop(); }  // requests under way end within a second and count as not arrived

 private:
  void run();
  std::optional<library::Errand> next();
  void deliver(const library::Errand& errand);
  [[nodiscard]] Result<client::Reply> send(const library::Errand& errand, std::int64_t now_ms);
  library::DeliveryOutcome outcome_of(const library::Errand& errand, const Result<client::Reply>& reply,
                                      std::int64_t now_ms);
  void forget_old();
  void pause();

  library::Hooks& hooks_;
  const config::HooksConfig config_;
  std::stop_source stop_;
  client::HttpClient anywhere_;
  client::HttpClient public_only_;
  std::mutex looking_;  // one thread looks for all
  std::mutex mutex_;    // of the chance, and of waiting
  std::condition_variable_any condition_;
  std::minstd_rand chance_{std::random_device{}()};
  std::int64_t forgot_ms_ = 0;
  std::string told_;                   // of the last trouble with the library; empty: it is over
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace chalkline::hooks
