// Jobs' events: nobody polls the database while nobody listens.
#include "streamer/api/job_feed.hpp"

#include <atomic>

#include <doctest/doctest.h>

#include "library/job_queue.hpp"

using namespace chalkline;
using namespace chalkline::streamer;
using library::Job;
using library::JobState;

namespace {

// Counts how often it is looked at; nothing else is asked of it here.
class CountedQueue final : public library::JobQueue {
 public:
  std::atomic<int> looks{0};

  Result<std::vector<Job>> current(std::int64_t /*since*/, int /*most*/) override {
    ++looks;
    looks.notify_all();
    return std::vector<Job>();
  }
  void wait_for_looks(int least) {
    for (int now = looks; now < least; now = looks) looks.wait(now);
  }

  Result<Job> enqueue(const library::NewJob&) override { return unasked(); }
  Result<Job> enqueue_lesson(const library::NewLesson&, library::NewJob) override { return unasked(); }
  Result<std::optional<Job>> claim(const std::string&, std::chrono::seconds, std::optional<std::int64_t>) override {
    return unasked();
  }
  Result<void> renew(std::int64_t, const std::string&, std::chrono::seconds, const library::JobProgress&) override {
    return unasked();
  }
  Result<void> publish(std::int64_t, const std::string&, const std::string&, library::Next,
                       const library::JoinedCaptions&) override {
    return unasked();
  }
  Result<bool> transcode_waits(std::chrono::milliseconds) override { return unasked(); }
  Result<JobState> fail(std::int64_t, const std::string&, const std::string&, library::Retry) override {
    return unasked();
  }
  Result<void> release(std::int64_t, const std::string&) override { return unasked(); }
  Result<void> cancel(std::int64_t) override { return unasked(); }
  Result<Job> queue_again(std::int64_t) override { return unasked(); }
  Result<Job> set_priority(std::int64_t, int) override { return unasked(); }
  Result<library::JobPage> list(const library::JobFilter&, std::optional<std::int64_t>, int) override {
    return unasked();
  }
  Result<Job> find(std::int64_t) override { return unasked(); }
  Result<std::vector<Job>> list() override { return unasked(); }

 private:
  static Error unasked() { return {Errc::kInternal, "a feed asks for the current jobs alone"}; }
};

}  // namespace

TEST_CASE("the queue is looked at while somebody listens to it, and never otherwise") {
  constexpr JobFeedPace kPace{std::chrono::milliseconds(2), std::chrono::milliseconds(1000)};
  const Feed::Deliver ignore = [](const EventText&) {};
  CountedQueue clock;  // of a feed that is listened to all the time: so often another would have looked
  JobFeed ticking(clock, kPace);
  const auto always = ticking.listen(ignore);
  CountedQueue queue;
  JobFeed feed(queue, kPace);
  clock.wait_for_looks(50);
  CHECK(queue.looks == 0);
  for (int visits = 0; visits < 3; ++visits) {
    {
      const auto one = feed.listen(ignore);
      const auto two = feed.listen(ignore);
      queue.wait_for_looks(queue.looks + 3);
    }
    const int left = queue.looks + 1;  // the look that was under way
    clock.wait_for_looks(clock.looks + 50);
    CHECK(queue.looks <= left);
  }
}
