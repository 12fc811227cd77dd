// Lines as core/log.hpp writes them: time, level, text, key=value fields.
#include "streamer/delivery/access_log.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "core/log.hpp"
#include "streamer/http/each_byte.hpp"

namespace chalkline::streamer {

namespace {

void append_number(std::uint64_t number, std::string& out) {
  const fmt::format_int text(number);
  out.append(text.data(), text.size());
}

void append_address(const boost::asio::ip::address& address, std::string& out) {
  if (!address.is_v4()) {
    out += address.to_string();
    return;
  }
  char separator = 0;
  for (const unsigned char byte : address.to_v4().to_bytes()) {
    if (separator != 0) out += separator;
    append_number(byte, out);
    separator = '.';
  }
}

// Targets and methods come from outside: what is not plain is quoted, so that nobody can write lines of their own.
void append_quoted(std::string_view value, std::string& out) {
  const auto plain = [](unsigned char c) { return (c > ' ') & (c < 0x7f) & (c != '"') & (c != '=') & (c != '\\'); };
  if (!value.empty() && each_byte(value, plain))
    out += value;
  else
    out += log_quote(value);
}

}  // namespace

void append_access_fields(const AccessLine& line, std::string& out) {
  out += "request from=";
  append_address(line.from, out);
  out += " method=";
  append_quoted(line.method, out);
  out += " target=";
  append_quoted(line.target, out);
  out.append(" http=").append(line.http);
  out += " status=";
  append_number(line.status, out);
  out += " bytes=";
  append_number(line.bytes, out);
  out += " us=";
  append_number(static_cast<std::uint64_t>(std::max<std::int64_t>(line.us, 0)), out);
  out.append(" cache=").append(line.cache);
  out += line.aborted ? " end=aborted\n" : " end=done\n";
}

void AccessLog::add(const AccessLine& line, WallClock::time_point now) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const std::int64_t second = since_epoch.count() / 1000;
  if (second != second_) {
    second_ = second;
    second_text_ = fmt::format("{:%Y-%m-%dT%H:%M:%S}.", fmt::gmtime(static_cast<std::time_t>(second)));
  }
  block_ += second_text_;
  const auto ms = static_cast<unsigned>(since_epoch.count() % 1000);
  block_ += static_cast<char>('0' + ms / 100);
  block_ += static_cast<char>('0' + ms / 10 % 10);
  block_ += static_cast<char>('0' + ms % 10);
  block_ += "Z info ";
  append_access_fields(line, block_);
  if (block_.size() >= kBlock) flush();
}

void AccessLog::flush() {
  if (!block_.empty()) writer_.hand_over(block_);
}

AccessLogWriter::AccessLogWriter(int fd) : fd_(fd), thread_([this] { work(); }) {}

AccessLogWriter::~AccessLogWriter() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
}

void AccessLogWriter::hand_over(std::string& block) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      waiting_.swap(block);
    } else if (waiting_.size() + block.size() <= kMostWaiting) {
      waiting_ += block;
    } else {
      dropped_.fetch_add(std::count(block.begin(), block.end(), '\n'), std::memory_order_relaxed);
    }
  }
  block.clear();
  changed_.notify_one();
}

void AccessLogWriter::work() noexcept {
  std::string block;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    block.swap(waiting_);
    lock.unlock();
    std::string_view rest = block;
    while (!rest.empty()) {
      const ssize_t written = ::write(fd_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == EAGAIN) {  // somebody made it non-blocking: a terminal shared with another program
        pollfd writable{fd_, POLLOUT, 0};
        ::poll(&writable, 1, 1000);
        continue;
      }
      if (written <= 0) {
        dropped_.fetch_add(std::count(rest.begin(), rest.end(), '\n'), std::memory_order_relaxed);
        break;
      }
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    block.clear();
    lock.lock();
  }
}

}  // namespace chalkline::streamer
