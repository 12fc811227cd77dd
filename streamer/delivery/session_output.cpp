// Writing responses, and the ways a connection ends.
#include <array>
#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/log.hpp"
#include "streamer/delivery/session.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/http/answer.hpp"

namespace chalkline::streamer {

using boost::system::error_code;

// A reader that takes less than this between two looks at the clock does not count as reading.
static constexpr unsigned kProgressBytes = 4096;

bool Session::send(const RequestHead& head, Response response) {
  const Services& services = worker_.services();
  worker_.counters().count_status(response.status);
  // No resource takes a body yet: one that was sent is left unread, and so the connection cannot go on (RFC 9112 9.3).
  close_after_ = response.close || head.has_body || !head.keep_alive || worker_.draining();
  linger_after_ = response.close || head.has_body;
  if (worker_.access_log() != nullptr) {
    log_method_.assign(head.method_text);
    log_target_.assign(head.target);
  }
  std::string& tail = worker_.tail_storage();
  tail.assign(worker_.date_line());
  services.cors.append_for(head.origin, tail);
  if (close_after_)
    tail += "Connection: close\r\n";
  else if (head.http_1_0)
    tail += "Connection: keep-alive\r\n";
  tail += "\r\n";
  output_.begin(std::move(response), tail);
  state_ = State::kWriting;
  write_waited_ = false;
  progress_ = 0;
  return flush() && finish_response();
}

bool Session::flush() {
  for (;;) {
    switch (output_.next()) {
      case Outgoing::Next::kDone: return true;
      case Outgoing::Next::kNeedsFile:
        if (!fetch_file_piece()) return false;
        continue;
      case Outgoing::Next::kWrite: break;
    }
    std::array<iovec, 16> vectors;
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = output_.fill(vectors);
    const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
    if (sent >= 0) {
      output_.advance(static_cast<std::size_t>(sent));
      progress_ += static_cast<unsigned>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!write_waited_ || progress_ >= kProgressBytes) {
        set_deadline(worker_.services().config.write_timeout);
        progress_ = 0;
      }
      write_waited_ = true;
      wait_writable();
      return false;
    } else if (errno != EINTR) {
      close();
      return false;
    }
  }
}

void Session::wait_writable() {
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& failed) {
    if (self->state_ != State::kWriting) return;
    if (failed) return self->close();
    if (self->flush()) self->resume_after_output();
  });
}

bool Session::fetch_file_piece() {
  FilePiece piece = output_.wanted();
  auto buffer = std::make_shared_for_overwrite<char[]>(piece.bytes);
  worker_.counters().add(Counter::kFilePieces);
  if (read_piece_from_page_cache(piece, buffer.get())) {
    output_.provide(std::move(buffer), piece.bytes);
    return true;
  }
  worker_.counters().add(Counter::kFileReads);
  state_ = State::kReadingFile;
  set_deadline(worker_.services().config.write_timeout);
  const bool taken = worker_.services().pool.post(
      [self = shared_from_this(), piece = std::move(piece), buffer = std::move(buffer)]() mutable {
        const bool ok = read_piece(piece, buffer.get());
        const std::size_t bytes = piece.bytes;
        Worker& worker = self->worker_;
        worker.post([self = std::move(self), buffer = std::move(buffer), bytes, ok]() mutable {
          self->on_file_piece(std::move(buffer), bytes, ok);
        });
      });
  if (!taken) close();
  return false;
}

void Session::on_file_piece(std::shared_ptr<char[]> bytes, std::size_t count, bool ok) {
  if (state_ != State::kReadingFile) return;
  if (!ok) {
    log_error("cannot read a stored file to its end", {{"target", log_target_}});
    worker_.counters().add(Counter::kLoadFailures);
    return close();  // the head is out: only a broken connection can say that the body is not whole
  }
  output_.provide(std::move(bytes), count);
  state_ = State::kWriting;
  if (flush()) resume_after_output();
}

bool Session::finish_response() {
  worker_.counters().add(Counter::kBodyBytes, static_cast<std::int64_t>(output_.body_sent()));
  log_access(false);
  output_.clear();
  state_ = State::kReading;
  if (!close_after_) return true;
  if (linger_after_)
    linger();
  else
    close();
  return false;
}

void Session::resume_after_output() {
  if (finish_response()) process(input_);
}

// RFC 9112 9.6: closing while the client still sends would reset the connection and could destroy our last response.
void Session::linger() {
  keep({});
  state_ = State::kLingering;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  set_deadline(std::chrono::seconds(2));
  discard_input();
}

void Session::discard_input() {
  constexpr std::size_t kMost = 1024 * 1024;
  auto& scratch = worker_.scratch();
  for (;;) {
    const ssize_t got = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return wait_readable();
    if (got <= 0) return close();
    discarded_ += static_cast<std::size_t>(got);
    if (discarded_ > kMost) return close();
  }
}

void Session::close() {
  if (state_ == State::kClosed) return;
  const auto self = shared_from_this();
  if (state_ == State::kWriting || state_ == State::kReadingFile) {
    worker_.counters().add(Counter::kAborted);
    worker_.counters().add(Counter::kBodyBytes, static_cast<std::int64_t>(output_.body_sent()));
    log_access(true);
  }
  state_ = State::kClosed;
  output_.clear();
  TimerWheel::cancel(*this);
  error_code ignored;
  socket_.close(ignored);
  if (counted_) worker_.services().limits.release(*counted_);
  worker_.remove(self, !counted_);
}

void Session::on_deadline() {
  const auto self = shared_from_this();
  if (state_ != State::kLingering) worker_.counters().add(Counter::kTimeouts);
  if (state_ == State::kReading && head_begun_) {
    head_begun_ = false;
    if (refuse(RequestHead(), 408, "the request head did not come in time")) close();
    return;
  }
  if (state_ == State::kLoading) {
    if (refuse(RequestHead(), 503, "it took too long to read", "Retry-After: 5\r\n")) close();
    return;
  }
  close();
}

void Session::log_access(bool aborted) const {
  AccessLog* const log = worker_.access_log();
  if (log == nullptr) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(TimerWheel::Clock::now() - began_).count();
  log->add({peer_.address(), log_method_, log_target_, output_.response().status, output_.body_sent(), took, lookup_,
            aborted},
           AccessLog::WallClock::now());
}

}  // namespace chalkline::streamer
