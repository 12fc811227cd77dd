// A queue, a lock, some jthreads.
#include "streamer/delivery/blocking_pool.hpp"

namespace chalkline::streamer {

BlockingPool::BlockingPool(std::size_t threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

BlockingPool::~BlockingPool() { join(); }

void BlockingPool::join() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  threads_.clear();
}

bool BlockingPool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || tasks_.size() >= max_waiting_) return false;
    tasks_.push_back(std::move(task));
    waiting_.fetch_add(1, std::memory_order_relaxed);
  }
  changed_.notify_one();
  return true;
}

void BlockingPool::work() noexcept {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    task = nullptr;  // what it holds goes before it is counted as done
    waiting_.fetch_sub(1, std::memory_order_relaxed);
  }
}

}  // namespace chalkline::streamer
