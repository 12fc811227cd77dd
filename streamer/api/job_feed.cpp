// The queue is asked without the lock, so that nobody who comes or goes waits for SQLite.
#include "streamer/api/job_feed.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/log.hpp"
#include "library/library.hpp"
#include "streamer/api/lesson_value.hpp"

namespace chalkline::streamer {

namespace {

constexpr std::int64_t kShownMs = 24LL * 3600 * 1000;  // a job that has ended
constexpr int kMostShown = 500;

std::string text_of(const library::Job& job) {
  return job_value(job).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

class JobFeed::Seat final : public Feed::Listening {
 public:
  Seat(JobFeed& feed, std::uint64_t seat) : feed_(feed), seat_(seat) {}
  ~Seat() override { feed_.leave(seat_); }

 private:
  JobFeed& feed_;
  const std::uint64_t seat_;
};

JobFeed::JobFeed(library::JobQueue& jobs, JobFeedPace pace)
    : jobs_(jobs), pace_(pace), thread_([this](const std::stop_token& stop) { run(stop); }) {}

JobFeed::~JobFeed() { stop(); }

void JobFeed::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::unique_ptr<Feed::Listening> JobFeed::listen(Deliver deliver) {
  const std::scoped_lock lock(mutex_);
  Listener listener{++seats_, std::move(deliver)};
  if (looked_) {
    listener.deliver(std::make_shared<const std::string>(whole_state()));
    listener.fresh = false;
  }
  auto seat = std::make_unique<Seat>(*this, listener.seat);
  listeners_.push_back(std::move(listener));
  woken_.notify_one();
  return seat;
}

void JobFeed::leave(std::uint64_t seat) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(listeners_, [seat](const Listener& listener) { return listener.seat == seat; });
}

void JobFeed::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (listeners_.empty()) {
      known_.clear();
      looked_ = false;
      woken_.wait(lock, stop, [this] { return !listeners_.empty(); });
      continue;
    }
    try {
      look(lock);
    } catch (const std::exception& thrown) {
      log_error("the jobs cannot be told to who listens", {{"error", thrown.what()}});
    }
    if (!lock.owns_lock()) lock.lock();
    woken_.wait_for(lock, stop, pace_.look, [] { return false; });
  }
}

void JobFeed::look(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const auto jobs = jobs_.current(library::system_clock_ms() - kShownMs, kMostShown);
  std::map<std::int64_t, std::string, std::greater<>> now;
  if (jobs)
    for (const library::Job& job : *jobs) now.emplace(job.id, text_of(job));
  lock.lock();
  if (!jobs) {
    log_warn("the jobs cannot be read", {{"error", jobs.error().to_sentence()}});
    return tell({});
  }
  std::string changes;
  for (const auto& [id, text] : now)
    if (const auto before = known_.find(id); before == known_.end() || before->second != text)
      changes += fmt::format("event: job\nid: {}\ndata: {}\n\n", ++pieces_, text);
  known_ = std::move(now);
  looked_ = true;
  tell(changes);
}

void JobFeed::tell(const std::string& changes) {
  const auto now = Clock::now();
  const bool silent = changes.empty() && now - last_told_ < pace_.heartbeat;
  const EventText piece = std::make_shared<const std::string>(changes.empty() ? ": still here\n\n" : changes);
  EventText whole;
  for (Listener& listener : listeners_) {
    if (listener.fresh) {
      if (!looked_) continue;
      if (!whole) whole = std::make_shared<const std::string>(whole_state());
      listener.deliver(whole);
      listener.fresh = false;
    } else if (!silent) {
      listener.deliver(piece);
    }
  }
  if (!silent) last_told_ = now;
}

// "retry": a line that drops every few minutes is tried again soon.
std::string JobFeed::whole_state() const {
  std::string list;
  for (const auto& [id, text] : known_) list += (list.empty() ? "" : ",") + text;
  return fmt::format("retry: 2000\nevent: jobs\nid: {}\ndata: {{\"jobs\":[{}]}}\n\n", pieces_, list);
}

}  // namespace chalkline::streamer
