// Who waits for the upstream, and for how long: a turn is for one file, which one thread fetches while others wait for
// it; a seat is one of those in which a thread may wait at all. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace chalkline::mirror {

class Turns {
 public:
  // Of one thread at one name; handed on when it goes.
  class Turn {
   public:
    Turn(Turns& turns, std::string name) : turns_(turns), name_(std::move(name)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (!mine_) return;
      const std::lock_guard lock(turns_.mutex_);
      turns_.taken_.erase(name_);
      turns_.over_.notify_all();
    }
    // False where somebody else has it all the time.
    bool take(std::chrono::milliseconds within) {
      std::unique_lock lock(turns_.mutex_);
      return mine_ = turns_.over_.wait_for(lock, within, [&] { return turns_.taken_.insert(name_).second; });
    }

   private:
    Turns& turns_;
    std::string name_;
    bool mine_ = false;
  };

 private:
  std::mutex mutex_;
  std::condition_variable over_;
  std::set<std::string> taken_;
};

class Seats {
 public:
  explicit Seats(std::size_t all) : free_(all) {}
  // For as long as it lives, where there was one.
  class Seat {
   public:
    explicit Seat(Seats& seats) : seats_(seats) {
      const std::lock_guard lock(seats_.mutex_);
      taken_ = seats_.free_ > 0;
      if (taken_) --seats_.free_;
    }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    ~Seat() {
      if (!taken_) return;
      const std::lock_guard lock(seats_.mutex_);
      ++seats_.free_;
    }
    [[nodiscard]] bool taken() const { return taken_; }

   private:
    Seats& seats_;
    bool taken_ = false;
  };

 private:
  std::mutex mutex_;
  std::size_t free_;
};

}  // namespace chalkline::mirror
