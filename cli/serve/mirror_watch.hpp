// Asks the mirrors to which learners are sent whether they answer, so that nobody is sent to one that does not; and
// tells the steering which mirrors have registered, where it hears them. Belongs to `serve`; a thread of its own for
// each mirror, and one that looks who registered.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "library/mirrors.hpp"
#include "streamer/delivery/steering.hpp"

namespace chalkline::cli {

class MirrorWatch {
 public:
  // `steering` and `registered` outlive this. Ends with this object.
  MirrorWatch(streamer::Steering& steering, library::Mirrors& registered);
  void request_stop();

 private:
  using Mirror = std::shared_ptr<streamer::Steering::Mirror>;
  void look(const std::stop_token& stop);
  void watch_all();

  streamer::Steering& steering_;
  library::Mirrors& registered_;
  std::mutex mutex_;  // of watchers_
  std::map<Mirror, std::jthread> watchers_;
  std::jthread looking_;
};

}  // namespace chalkline::cli
