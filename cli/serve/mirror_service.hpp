// What makes a server a mirror: a version store that fetches what it has not, and a thread that follows the upstream's
// list and fetches what is planned. Belongs to `serve` and `mirror`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "cli/serve/mirror_reporter.hpp"
#include "config/config.hpp"
#include "library/library.hpp"
#include "mirror/follow.hpp"

namespace chalkline::cli {

class MirrorService {
 public:
  // Puts the fetching store in front of the library's own, and enters what was known of the upstream when the mirror
  // last ran. kBadConfig where no key is trusted: a mirror that believes anybody is none.
  static Result<std::unique_ptr<MirrorService>> attach(const config::Config& config, library::Library& library);
  void start();  // the following thread; it ends with this object
  void request_stop() { thread_.request_stop(); }
  // The reporting thread, where the mirror is to register; else null. Ends before this object, and before what `served`
  // asks: bytes sent since this process began; any thread.
  [[nodiscard]] std::unique_ptr<MirrorReporter> reporter(std::function<std::uint64_t()> served);

 private:
  MirrorService(config::MirrorConfig config, library::Library& library, std::vector<PublicKey> trusted,
                std::string name);
  void trouble(const Error& error);
  void run(const std::stop_token& stop);
  bool follow();  // true: something changed, or could not be heard of

  config::MirrorConfig config_;
  library::Library& library_;
  std::vector<PublicKey> trusted_;
  std::shared_ptr<mirror::Upstream> upstream_;
  std::unique_ptr<mirror::Follower> follower_;
  std::shared_ptr<library::Following> following_;
  std::filesystem::path in_step_file_;  // touched when the upstream's list was last known to be the one that is here
  std::string told_;                    // of the last trouble; empty: it is over
  std::jthread thread_;
};

}  // namespace chalkline::cli
