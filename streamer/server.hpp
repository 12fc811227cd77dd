// The origin server: composed here, run by `chalkline serve`.
#pragma once

#include <cstdint>
#include <memory>

#include "config/config.hpp"
#include "core/error.hpp"
#include "library/library.hpp"

namespace chalkline::streamer {

class Server {
 public:
  // Binds and listens (port 0: the system chooses). kBusy with a hint when the port is taken.
  static Result<std::unique_ptr<Server>> listen(const config::Config& config, library::Library& library);
  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // Serves until stop(); then drains up to the configured deadline. Blocks the calling thread.
  virtual Result<void> run() = 0;
  virtual void stop() = 0;  // any thread, any number of times
};

}  // namespace chalkline::streamer
