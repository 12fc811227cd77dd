// The access log: one line a request, put together on the delivery thread without allocation and written in blocks by a
// thread of its own, so that a log that stalls (a full disk, a stuck pipe) never stalls delivery. What cannot be
// written in time is dropped and counted. AccessLogWriter is shared and thread-safe; AccessLog belongs to one delivery
// thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/ip/address.hpp>

namespace chalkline::streamer {

class AccessLogWriter {
 public:
  // `fd` stays the caller's and outlives the writer.
  explicit AccessLogWriter(int fd);
  ~AccessLogWriter();  // writes what is waiting
  AccessLogWriter(const AccessLogWriter&) = delete;
  AccessLogWriter& operator=(const AccessLogWriter&) = delete;

  // Takes `block` over and leaves it empty with its storage; does not block. Over kMostWaiting the block is dropped.
  void hand_over(std::string& block);
  [[nodiscard]] std::int64_t dropped_lines() const { return dropped_.load(std::memory_order_relaxed); }

  static constexpr std::size_t kMostWaiting = 8 * 1024 * 1024;

 private:
  void work() noexcept;

  const int fd_;
  std::atomic<std::int64_t> dropped_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool closing_ = false;
  std::jthread thread_;  // last: it uses the others
};

struct AccessLine {
  const boost::asio::ip::address& from;
  std::string_view method;
  std::string_view target;
  std::string_view http;  // the version: "1.1" or "2"
  unsigned status = 0;
  std::uint64_t bytes = 0;
  std::int64_t us = 0;
  std::string_view cache;
  bool aborted = false;
};

class AccessLog {
 public:
  using WallClock = std::chrono::system_clock;

  explicit AccessLog(AccessLogWriter& writer) : writer_(writer) {}
  void add(const AccessLine& line, WallClock::time_point now);
  void flush();  // called at every tick, and by itself when a block is full

 private:
  static constexpr std::size_t kBlock = 64 * 1024;

  AccessLogWriter& writer_;
  std::string block_;
  std::int64_t second_ = -1;
  std::string second_text_;  // "2026-11-25T17:31:01."
};

// The line as it is written, without its time; for tests and for AccessLog.
void append_access_fields(const AccessLine& line, std::string& out);

}  // namespace chalkline::streamer
