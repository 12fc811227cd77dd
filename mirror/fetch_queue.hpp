// The transfers that learners wait for, in the order in which they begin where the line is too thin for all at once.
// Pure: time is a parameter. Its owner locks.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string_view>

namespace chalkline::mirror {

class FetchQueue {
 public:
  using Clock = std::chrono::steady_clock;

  // `path`: the file's in its version. By patience_of(path) from now on it is due; who was first goes before who is due
  // at the same time.
  void add(std::string_view path, Clock::time_point now, std::function<void()> transfer);
  [[nodiscard]] bool empty() const { return by_due_.empty(); }
  // The one that is due first. Not of an empty queue.
  std::function<void()> take();

 private:
  std::multimap<Clock::time_point, std::function<void()>> by_due_;
};

// For how long a file lets what is asked for later go before it, where that has less time: playlists and init segments
// have none, without which a lesson cannot begin; sound goes before pictures, since a lesson that is heard goes on; the
// first segments go before later ones, of which a player that plays has some ahead. Nobody waits for ever: what has
// waited for so long goes before all that comes. Any other file is taken for one that a page shows.
std::chrono::milliseconds patience_of(std::string_view path);

}  // namespace chalkline::mirror
