// The lesson's segment boundaries as they become known: written by the reader thread, read by the audio threads, whose
// packets wait until the boundary question is settled for their time. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "core/media_time.hpp"

namespace chalkline::transcode {

class SegmentTimeline {
 public:
  void add_boundary(MediaTime start) {
    const std::lock_guard lock(mutex_);
    boundaries_.push_back(start);
    decided_until_ = start;
  }
  // No further boundary will be set before `time`.
  void decide_until(MediaTime time) {
    const std::lock_guard lock(mutex_);
    decided_until_ = time;
  }
  void finish(MediaTime end) {
    const std::lock_guard lock(mutex_);
    end_ = end;
  }

  // The boundary after the n-th (from 0): known; or settled as lying beyond `time`; or not known yet.
  enum class Answer { kKnown, kBeyond, kUnknown };
  struct Next {
    Answer answer = Answer::kUnknown;
    MediaTime boundary;
  };
  [[nodiscard]] Next next_after(std::size_t n, MediaTime time) const {
    const std::lock_guard lock(mutex_);
    if (n + 1 < boundaries_.size()) return {Answer::kKnown, boundaries_[n + 1]};
    if (end_ || time < decided_until_) return {Answer::kBeyond, {}};
    return {};
  }
  [[nodiscard]] std::vector<MediaTime> boundaries() const {
    const std::lock_guard lock(mutex_);
    return boundaries_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<MediaTime> boundaries_;
  MediaTime decided_until_;
  std::optional<MediaTime> end_;
};

}  // namespace chalkline::transcode
