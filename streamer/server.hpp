// The origin server: composed here, run by `chalkline serve`.
#pragma once

#include <cstdint>
#include <memory>

#include "config/config.hpp"
#include "config/reread.hpp"
#include "core/error.hpp"
#include "library/library.hpp"

namespace chalkline::streamer {

class Steering;

class Server {
 public:
  // Binds and listens (port 0: the system chooses). kBusy with a hint when a port is taken, kBadConfig when certificate
  // or key cannot be used.
  static Result<std::unique_ptr<Server>> listen(const config::Config& config, library::Library& library);
  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual std::uint16_t tls_port() const = 0;  // 0: no TLS
  [[nodiscard]] virtual Steering& steering() = 0;
  [[nodiscard]] virtual std::uint64_t body_bytes() const = 0;  // sent so far. Any thread
  // Reads certificate and key again; open connections go on. On failure everything stays as it was. Any thread.
  virtual Result<void> reload() = 0;
  // Goes on with those keys of a configuration that may change while it runs, and says which they were. Open
  // connections stay; their next time limit is the new one. One thread at a time.
  virtual config::Reread take(const config::Config& read) = 0;
  // Serves until stop(); then drains up to the configured deadline. Blocks the calling thread.
  virtual Result<void> run() = 0;
  virtual void stop() = 0;  // any thread, any number of times
};

}  // namespace chalkline::streamer
