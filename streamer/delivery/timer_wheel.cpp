// Circular doubly linked lists, one per tick; what is due further away than the wheel is long is hung up again later.
#include "streamer/delivery/timer_wheel.hpp"

#include <algorithm>

namespace chalkline::streamer {

TimerWheel::TimerWheel(Clock::time_point now) : base_(now) {
  for (Head& head : slots_) head.next_ = head.previous_ = &head;
}

void TimerWheel::link(Head& head, Entry& entry) {
  entry.next_ = head.next_;
  entry.previous_ = &head;
  head.next_->previous_ = &entry;
  head.next_ = &entry;
}

void TimerWheel::hang(Entry& entry) {
  const auto ahead = std::max(entry.deadline_ - base_, Clock::duration::zero());
  // Rounded up, and at least one: never early, never into the slot being emptied.
  const auto ticks = static_cast<std::size_t>((ahead + kTick - Clock::duration(1)) / kTick);
  const std::size_t steps = std::clamp<std::size_t>(ticks, 1, kSlots - 1);
  entry.slot_time_ = base_ + kTick * static_cast<int>(steps);
  link(slots_[(current_ + steps) % kSlots], entry);
}

void TimerWheel::schedule(Entry& entry, Clock::time_point deadline) {
  entry.deadline_ = deadline;
  if (entry.next_ != nullptr && entry.slot_time_ <= deadline) return;  // found, and hung up again, when its slot comes
  entry.unlink();
  hang(entry);
}

void TimerWheel::advance(Clock::time_point now) {
  while (base_ + kTick <= now) {
    base_ += kTick;
    current_ = (current_ + 1) % kSlots;
    Head& head = slots_[current_];
    // Taken over as a list of its own first: callbacks may schedule into any slot and destroy any entry.
    Head due;
    due.next_ = due.previous_ = &due;
    while (head.next_ != &head) {
      Entry& entry = *head.next_;
      entry.unlink();
      link(due, entry);
    }
    while (due.next_ != &due) {
      Entry& entry = *due.next_;
      entry.unlink();
      if (entry.deadline_ > base_)
        hang(entry);
      else
        entry.on_deadline();
    }
  }
}

}  // namespace chalkline::streamer
