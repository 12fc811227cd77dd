// Asks the mirrors to which learners are sent whether they answer, so that nobody is sent to one that does not. Belongs
// to `serve`; a thread of its own for each mirror.
#pragma once

#include <thread>
#include <vector>

#include "streamer/delivery/steering.hpp"

namespace chalkline::cli {

class MirrorWatch {
 public:
  // `steering` outlives this. Ends with this object.
  explicit MirrorWatch(streamer::Steering& steering);
  void request_stop();

 private:
  std::vector<std::jthread> threads_;
};

}  // namespace chalkline::cli
