// A few threads for everything that may wait: disk reads, SQLite, compression. A delivery thread never does any of it.
// Bounded: when too much waits, post() says no and the client gets 503. The destructor runs what was taken in.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <semaphore.h>

namespace chalkline::streamer {

class BlockingPool {
 public:
  BlockingPool(std::size_t threads, std::size_t max_waiting);
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;
  ~BlockingPool();

  // Any thread. False when the queue is full. The task must not throw.
  [[nodiscard]] bool post(std::function<void()> task);
  // Runs everything taken in, then ends the threads. post() says no from here on.
  void join();
  [[nodiscard]] std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  void work() noexcept;

  const std::size_t max_waiting_;
  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;
  // One for each task, and one for each thread at the end. Not a condition variable: who has waited for one finds its
  // mutex marked as contended, and pays a system call more to unlock it.
  sem_t there_{};
  std::deque<std::function<void()>> tasks_;
  bool closing_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace chalkline::streamer
