// recv, sendmsg and, between them and the bytes, TlsStream.
#include "streamer/delivery/transport.hpp"

#include <algorithm>
#include <cerrno>
#include <string>

#include <sys/sendfile.h>
#include <sys/socket.h>

#include "streamer/delivery/link_options.hpp"
#include "streamer/tls/tls_stream.hpp"

namespace chalkline::streamer {

namespace {

Transport::Io receive_plain(int fd, std::span<char> into, std::size_t& got) {
  for (;;) {
    const ssize_t count = ::recv(fd, into.data(), into.size(), 0);
    if (count > 0) {
      got = static_cast<std::size_t>(count);
      return Transport::Io::kMoved;
    }
    if (count == 0) return Transport::Io::kEnded;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Transport::Io::kWait;
    if (errno != EINTR) return Transport::Io::kEnded;
  }
}

}  // namespace

Transport::Transport(Socket socket, std::unique_ptr<TlsStream> tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {}
Transport::Transport(Transport&&) noexcept = default;
Transport::~Transport() = default;

Transport::Io Transport::receive(std::span<char> into, std::size_t& got) {
  return tls_ ? receive_encrypted(into, got) : receive_plain(socket_.native_handle(), into, got);
}

Transport::Io Transport::send(std::span<const iovec> vectors, std::size_t& sent, bool more) {
  return tls_ ? send_encrypted(vectors, sent) : send_now(vectors, sent, more);
}

Transport::Io Transport::send_file(int file, std::uint64_t offset, std::size_t bytes, std::size_t& sent) {
  // The first bytes of a connection say little: they may all have gone into the reader's own buffer.
  constexpr std::uint64_t kFirst = 512 * 1024;
  constexpr std::uint64_t kAgain = 2 * 1024 * 1024;
  if (!fast_) bytes = std::min(bytes, stride_);
  for (;;) {
    auto from = static_cast<off_t>(offset);
    const ssize_t count = ::sendfile(socket_.native_handle(), file, &from, bytes);
    if (count > 0) {
      sent = static_cast<std::size_t>(count);
      sent_bytes_ += sent;
      // A fast link that is not fast any more shows it first by taking less than it was given.
      const bool judge = sent_bytes_ - judged_at_ >= (fast_ ? kAgain : kFirst) || (fast_ && sent < bytes);
      if (judge || !fast_) look_at_link(judge);
      return Io::kMoved;
    }
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Io::kWait;
    if (count == 0 || errno != EINTR) return Io::kEnded;
  }
}

Transport::Io Transport::send_now(std::span<const iovec> vectors, std::size_t& sent, bool more) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(vectors.data());  // sendmsg only reads
  message.msg_iovlen = vectors.size();
  for (;;) {
    const ssize_t count = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
    if (count >= 0) {
      sent = static_cast<std::size_t>(count);
      sent_bytes_ += sent;
      return Io::kMoved;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Io::kWait;
    if (errno != EINTR) return Io::kEnded;
  }
}

// Sends what the last call encrypted, without a copy where the kernel takes all of it.
bool Transport::push_encrypted() {
  std::string& made = tls_->buffers().encrypted;
  if (made.empty()) return true;
  std::size_t sent = 0;
  if (tls_->unsent().empty()) {
    const iovec vector{made.data(), made.size()};
    if (send_now({&vector, 1}, sent) == Io::kEnded) {
      made.clear();
      return false;
    }
    tls_->kernel_took_all(sent == made.size());
  }
  tls_->unsent().append(made, sent);
  made.clear();
  return true;
}

Transport::Io Transport::flush() {
  if (!tls_ || tls_->unsent().empty()) return Io::kMoved;
  std::string& unsent = tls_->unsent();
  const iovec vector{unsent.data(), unsent.size()};
  std::size_t sent = 0;
  const Io outcome = send_now({&vector, 1}, sent);
  if (outcome != Io::kMoved) return outcome;
  if (sent == unsent.size()) {
    std::string().swap(unsent);  // an idle connection holds no buffer
    return Io::kMoved;
  }
  unsent.erase(0, sent);
  return Io::kWait;
}

Transport::Io Transport::receive_encrypted(std::span<char> into, std::size_t& got) {
  auto& received = tls_->buffers().received;
  std::size_t count = 0;
  const Io outcome = receive_plain(socket_.native_handle(), received, count);
  if (outcome != Io::kMoved) return outcome;
  const TlsStream::Read read = tls_->read({received.data(), count}, into, got);
  if (!push_encrypted()) return Io::kEnded;
  switch (read) {
    case TlsStream::Read::kBytes: return Io::kMoved;
    case TlsStream::Read::kNeedsMore: return Io::kWait;
    case TlsStream::Read::kEnded:
    case TlsStream::Read::kFailed: break;
  }
  return Io::kEnded;
}

Transport::Io Transport::send_encrypted(std::span<const iovec> vectors, std::size_t& sent) {
  if (const Io outcome = flush(); outcome != Io::kMoved) return outcome;
  sent = tls_->write(vectors, tls_->batch(), RecordSizer::Clock::now());
  if (sent == 0 || !push_encrypted()) return Io::kEnded;
  return Io::kMoved;
}

bool Transport::confirmed() const { return !tls_ || tls_->open(); }

void Transport::begin_answer() {
  constexpr std::uint64_t kTelling = 32 * 1024;
  if (!tls_ && !fast_ && sent_bytes_ - judged_at_ >= kTelling) look_at_link(true);
}

// TCP itself knows the link's rate however busy this thread is, and how much the reader can still take.
void Transport::look_at_link(bool judge) {
  constexpr std::uint64_t kFastBytesPerSecond = 2'000'000;
  constexpr int kUnsentWhenFast = 64 * 1024;
  const int fd = socket_.native_handle();
  const LinkState link = link_state(fd);
  holds_unsent_ = link.unsent > 0;
  stride_ = static_cast<std::size_t>(std::clamp<std::uint64_t>(link.room, kLeastStride, kMostStride));
  if (!judge) return;
  judged_at_ = sent_bytes_;
  const bool fast = link.bytes_per_second >= kFastBytesPerSecond;
  if (fast == fast_) return;
  fast_ = fast;
  if (fast) slow_unsent_ = unsent_limit(fd);
  set_unsent_limit(fd, fast ? std::max(slow_unsent_, kUnsentWhenFast) : slow_unsent_);
}

void Transport::pace(std::uint64_t bytes_per_second) {
  if (bytes_per_second == pace_) return;
  pace_ = bytes_per_second;
  set_pace(socket_.native_handle(), pace_);
}

void Transport::end_sending() {
  if (tls_) {
    tls_->end_writing();
    (void)push_encrypted();
  }
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Transport::close() {
  if (!socket_.is_open()) return;
  if (tls_) {
    tls_->end_writing();
    (void)push_encrypted();
    tls_.reset();
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace chalkline::streamer
