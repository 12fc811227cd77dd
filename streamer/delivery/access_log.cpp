// Lines as core/log.hpp writes them: time, level, text, key=value fields.
#include "streamer/delivery/access_log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "core/log.hpp"
#include "streamer/http/each_byte.hpp"

namespace chalkline::streamer {

namespace {

// Pieces of a line put together on the stack: each is one append to the block then, and not one for every word.
class Piece {
 public:
  template <std::size_t N>
  Piece& text(const char (&literal)[N]) {
    std::memcpy(end_, literal, N - 1);
    end_ += N - 1;
    return *this;
  }
  // Of our own making, and short.
  Piece& word(std::string_view word) {
    end_ += word.copy(end_, kLongestWord);
    return *this;
  }
  Piece& number(std::uint64_t number) {
    end_ = std::to_chars(end_, room_.data() + room_.size(), number).ptr;
    return *this;
  }
  void append_to(std::string& out) const { out.append(room_.data(), static_cast<std::size_t>(end_ - room_.data())); }

 private:
  static constexpr std::size_t kLongestWord = 16;
  std::array<char, 192> room_;  // all words and three numbers of the longer piece take 130
  char* end_ = room_.data();
};

void append_address(const boost::asio::ip::address& address, std::string& out) {
  if (!address.is_v4()) {
    out += address.to_string();
    return;
  }
  const auto bytes = address.to_v4().to_bytes();
  Piece dotted;
  dotted.number(bytes[0]).text(".").number(bytes[1]).text(".").number(bytes[2]).text(".").number(bytes[3]);
  dotted.append_to(out);
}

// Targets and methods come from outside: what is not plain is quoted, so that nobody can write lines of their own.
void append_quoted(std::string_view value, std::string& out) {
  const auto plain = [](auto c) { return (c > ' ') & (c != 0x7f) & (c != '"') & (c != '=') & (c != '\\'); };
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
  Piece rest;
  rest.text(" http=").word(line.http).text(" status=").number(line.status).text(" bytes=").number(line.bytes);
  rest.text(" us=").number(static_cast<std::uint64_t>(std::max<std::int64_t>(line.us, 0)));
  rest.text(" cache=").word(line.cache);
  if (line.aborted)
    rest.text(" end=aborted\n");
  else
    rest.text(" end=done\n");
  rest.append_to(out);
}

void AccessLog::add(const AccessLine& line, WallClock::time_point now) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const std::int64_t second = since_epoch.count() / 1000;
  if (second != second_) {
    second_ = second;
    second_text_ = fmt::format("{:%Y-%m-%dT%H:%M:%S}.", fmt::gmtime(static_cast<std::time_t>(second)));
  }
  const auto ms = static_cast<unsigned>(since_epoch.count() % 1000);
  const std::array<char, 3> digits{static_cast<char>('0' + ms / 100), static_cast<char>('0' + ms / 10 % 10),
                                   static_cast<char>('0' + ms % 10)};
  block_.append(second_text_).append(digits.data(), digits.size()).append("Z info ");
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
