// Uploads as the composition root holds them: opens an exchange for each request at /files/, and has a thread that
// tends what is unfinished, from the start on: uploads, and what whoever made it says besides. Outlived by the library.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "config/config.hpp"
#include "library/library.hpp"
#include "streamer/management/exchange.hpp"
#include "streamer/uploads/upload_desk.hpp"

namespace chalkline::streamer {

class UploadService final : public StreamedHandler {
 public:
  // `besides` is called on the tending thread after each look, and may block.
  UploadService(library::Library& library, const config::Config& config, std::function<void()> besides);
  std::unique_ptr<Exchange> open() override;

 private:
  void tend(const std::stop_token& stop);

  library::Library& library_;
  UploadDesk desk_;
  const std::function<void()> besides_;
  std::jthread tending_;  // last: it uses the others
};

}  // namespace chalkline::streamer
