// Calls are made outside the lock: they may ask again.
#include "library/growing_file.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <fcntl.h>

namespace chalkline::library {

void GrowingFile::opened(UniqueFd reader) {
  const std::lock_guard lock(mutex_);
  files_.push_back(std::move(reader));
}

void GrowingFile::grew(std::uint64_t there) {
  std::vector<std::pair<std::uint64_t, std::function<void()>>> due;
  {
    const std::lock_guard lock(mutex_);
    there_ = there;
    const auto first =
        std::partition(waiting_.begin(), waiting_.end(), [&](const auto& one) { return one.first >= there; });
    due.assign(std::move_iterator(first), std::move_iterator(waiting_.end()));
    waiting_.erase(first, waiting_.end());
    changed_.notify_all();
  }
  for (const auto& [than, call] : due) call();
}

void GrowingFile::ended(const Result<void>& how) {
  std::vector<std::pair<std::uint64_t, std::function<void()>>> due;
  {
    const std::lock_guard lock(mutex_);
    if (end_) return;
    end_ = how;
    due.swap(waiting_);
    changed_.notify_all();
  }
  for (const auto& [than, call] : due) call();
}

GrowingFile::Seen GrowingFile::seen_locked() const {
  return Seen{there_, end_.has_value() && end_->has_value(), end_.has_value() && end_->has_error()};
}

GrowingFile::Seen GrowingFile::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_locked();
}

int GrowingFile::descriptor() const {
  const std::lock_guard lock(mutex_);
  return files_.empty() ? -1 : files_.back().get();
}

Result<UniqueFd> GrowingFile::reader() const {
  UniqueFd own(::fcntl(descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!own) return error_from_errno(errno, "cannot open a file that is still coming");
  return own;
}

void GrowingFile::when_more(std::uint64_t than, std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    if (!end_ && there_ <= than) {
      waiting_.emplace_back(than, std::move(call));
      return;
    }
  }
  call();
}

static Error too_late() { return Error(Errc::kTimeout, "it did not come in time"); }

Result<void> GrowingFile::wait_for_some(Clock::time_point until) const {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, until, [&] { return end_ || there_ > 0; })) return too_late();
  return end_.value_or(Result<void>());
}

Result<void> GrowingFile::wait_for_end(Clock::time_point until) const {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, until, [&] { return end_.has_value(); })) return too_late();
  return *end_;
}

}  // namespace chalkline::library
