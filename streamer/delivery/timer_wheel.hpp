// One coarse timer wheel per delivery thread instead of a timer per operation: setting a deadline is a few stores, and
// a deadline that moves further away, which is what happens at every request, costs nothing at all. Fires up to one
// tick late. Pure: time is a parameter. One thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

namespace chalkline::streamer {

class TimerWheel {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kTick{250};

  // Embedded in whatever has a deadline; leaves the wheel when destroyed.
  class Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    virtual ~Entry() { unlink(); }
    virtual void on_deadline() = 0;

   private:
    friend class TimerWheel;
    void unlink() {
      if (next_ == nullptr) return;
      previous_->next_ = next_;
      next_->previous_ = previous_;
      next_ = previous_ = nullptr;
    }
    Entry* next_ = nullptr;
    Entry* previous_ = nullptr;
    Clock::time_point deadline_{};
    Clock::time_point slot_time_{};  // when the slot it hangs in will be looked at
  };

  explicit TimerWheel(Clock::time_point now);

  void schedule(Entry& entry, Clock::time_point deadline);
  static void cancel(Entry& entry) { entry.unlink(); }

  // Calls on_deadline() of every entry whose time has come; they are out of the wheel by then.
  void advance(Clock::time_point now);

 private:
  struct Head final : Entry {
    void on_deadline() override {}
  };
  static constexpr std::size_t kSlots = 512;

  void hang(Entry& entry);
  static void link(Head& head, Entry& entry);

  std::array<Head, kSlots> slots_;
  Clock::time_point base_;  // the time of slot `current_`
  std::size_t current_ = 0;
};

}  // namespace chalkline::streamer
