// What a mirror knows of its upstream, for /readyz, the pages and those who follow the mirror. One thread tells, any
// asks.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace chalkline::library {

struct UpstreamView {
  std::int64_t serial = 0;          // of the list that is here
  std::int64_t in_step_ms = 0;      // when its list was last known to be the one that is here; 0: never. Unix time
  std::int64_t stale_since_ms = 0;  // since when it is not known to be; 0: it is
  std::string trouble;              // why not, a clause that a stranger may read
  std::string via;                  // Via (RFC 9110 7.6.3) of its last answer: the mirrors between it and the origin
};

class Following {
 public:
  // `name`: of this mirror, a token (RFC 9110 5.6.2) that no other has.
  Following(std::string address, std::string name, std::int64_t in_step_ms)
      : address_(std::move(address)), name_(std::move(name)) {
    view_.in_step_ms = in_step_ms;
  }

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  void in_step(std::int64_t serial, std::int64_t now_ms, std::string via) {
    const std::lock_guard lock(mutex_);
    view_ = {serial, now_ms, 0, {}, std::move(via)};
  }
  void out_of_step(std::int64_t now_ms, std::string_view trouble) {
    const std::lock_guard lock(mutex_);
    if (view_.stale_since_ms == 0) view_.stale_since_ms = now_ms;
    view_.trouble = trouble;
  }
  // What was known when the mirror last ran.
  void recall(std::int64_t serial) {
    const std::lock_guard lock(mutex_);
    view_.serial = serial;
  }
  [[nodiscard]] UpstreamView view() const {
    const std::lock_guard lock(mutex_);
    return view_;
  }

  // A learner asked for a lesson that is not known here: the upstream may have it by now.
  void asked_for_unknown() { wish_.store(true, std::memory_order_relaxed); }
  bool take_wish() { return wish_.exchange(false, std::memory_order_relaxed); }

 private:
  const std::string address_;
  const std::string name_;
  std::atomic<bool> wish_{false};
  mutable std::mutex mutex_;
  UpstreamView view_;
};

// Whether a list of the kind of CDN-Loop (RFC 8586) or Via has this name as one of its members' identifiers.
inline bool names_hop(std::string_view list, std::string_view name) {
  constexpr std::string_view kBetween = " \t,;";
  while (!list.empty()) {
    const std::size_t begin = list.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return false;
    list.remove_prefix(begin);
    const std::size_t end = list.find_first_of(kBetween);
    if (list.substr(0, end) == name) return true;
    list.remove_prefix(end == std::string_view::npos ? list.size() : end);
  }
  return false;
}

}  // namespace chalkline::library
