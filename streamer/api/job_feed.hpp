// Jobs as they go, for GET /api/v1/jobs/events: one look at the queue a second, while somebody listens and never
// otherwise, whoever and however many they are. Whoever comes gets the whole state, then only what changed; a comment
// every fifteen seconds keeps the line open and shows that it is. One thread of its own.
//   event: jobs   data: {"jobs": [...]}   the open ones, and those that ended within a day; forget all others
//   event: job    data: {...}             one that is new or has changed
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "library/job_queue.hpp"
#include "streamer/management/feed.hpp"

namespace chalkline::streamer {

struct JobFeedPace {
  std::chrono::milliseconds look{1000};
  std::chrono::milliseconds heartbeat{15'000};
};

class JobFeed final : public Feed {
 public:
  explicit JobFeed(library::JobQueue& jobs, JobFeedPace pace = {});
  ~JobFeed() override;
  std::unique_ptr<Listening> listen(Deliver deliver) override;
  void stop();  // nothing is delivered any more

 private:
  class Seat;
  struct Listener {
    std::uint64_t seat = 0;
    Deliver deliver;
    bool fresh = true;  // has not got the whole state yet
  };
  using Clock = std::chrono::steady_clock;

  void run(const std::stop_token& stop);
  void look(std::unique_lock<std::mutex>& lock);
  void tell(const std::string& changes);
  [[nodiscard]] std::string whole_state() const;
  void leave(std::uint64_t seat);

  library::JobQueue& jobs_;
  const JobFeedPace pace_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::vector<Listener> listeners_;
  std::uint64_t seats_ = 0;
  std::map<std::int64_t, std::string, std::greater<>> known_;  // jobs as JSON; only while somebody listens
  bool looked_ = false;                                        // known_ is of a moment ago
  std::uint64_t pieces_ = 0;
  Clock::time_point last_told_{};
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace chalkline::streamer
