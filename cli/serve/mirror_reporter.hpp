// A mirror that registers: every few minutes it tells the server at which it does so how it is (PUT
// /api/v1/mirrors/NAME), and sends on what learners' pages reported to it. A thread of its own; quiet while that server
// is gone. Belongs to mirror_service.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "cli/serve/visit_forwarder.hpp"
#include "client/http_client.hpp"
#include "config/config.hpp"
#include "library/library.hpp"

namespace chalkline::cli {

// Bytes since this process began.
struct MirrorTraffic {
  std::uint64_t served = 0;
  std::uint64_t fetched = 0;
};

class MirrorReporter {
 public:
  // `library` outlives this, and is a mirror's. `traffic`: any thread.
  MirrorReporter(config::MirrorConfig config, library::Library& library, std::function<MirrorTraffic()> traffic);
  void request_stop() { thread_.request_stop(); }

 private:
  void run(const std::stop_token& stop);
  Result<void> report();
  Result<client::Reply> ask(client::Request request);
  std::string report_text();
  MirrorTraffic count();
  void trouble(const Error& error);

  config::MirrorConfig config_;
  library::Library& library_;
  std::function<MirrorTraffic()> traffic_;
  const std::string name_;
  const std::filesystem::path traffic_file_;
  MirrorTraffic before_;  // of earlier processes
  std::uint64_t weighed_at_ = 0;
  std::uint64_t stored_ = 0;
  std::string told_;  // of the last trouble; empty: it is over
  std::string told_of_visits_;
  std::unique_ptr<client::HttpClient> client_;
  VisitForwarder visits_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace chalkline::cli
