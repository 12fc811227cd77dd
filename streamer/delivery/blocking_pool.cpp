// A queue, a lock, a semaphore, some jthreads.
#include "streamer/delivery/blocking_pool.hpp"

#include <cerrno>

namespace chalkline::streamer {

BlockingPool::BlockingPool(std::size_t threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
  (void)::sem_init(&there_, 0, 0);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

BlockingPool::~BlockingPool() {
  join();
  (void)::sem_destroy(&there_);
}

void BlockingPool::join() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  for (std::size_t i = 0; i < threads_.size(); ++i) (void)::sem_post(&there_);
  threads_.clear();
}

bool BlockingPool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || tasks_.size() >= max_waiting_) return false;
    tasks_.push_back(std::move(task));
    waiting_.fetch_add(1, std::memory_order_relaxed);
  }
  (void)::sem_post(&there_);
  return true;
}

void BlockingPool::work() noexcept {
  for (;;) {
    std::function<void()> task;
    while (::sem_wait(&there_) != 0 && errno == EINTR) {
    }
    {
      const std::lock_guard lock(mutex_);
      if (tasks_.empty()) return;  // all are taken, and no more will come
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    task = nullptr;  // what it holds goes before it is counted as done
    waiting_.fetch_sub(1, std::memory_order_relaxed);
  }
}

}  // namespace chalkline::streamer
