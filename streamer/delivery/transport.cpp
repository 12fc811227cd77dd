// recv, sendmsg and, between them and the bytes, TlsStream.
#include "streamer/delivery/transport.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <string>
#include <utility>

#include <sys/sendfile.h>
#include <sys/socket.h>

#include "streamer/delivery/link_options.hpp"
#include "streamer/delivery/whole_packets.hpp"
#include "streamer/tls/tls_stream.hpp"

namespace chalkline::streamer {

Transport::Transport(WatchedSocket socket, std::unique_ptr<TlsStream> tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {}
Transport::Transport(Transport&&) noexcept = default;
Transport::~Transport() = default;

Transport::Io Transport::receive(std::span<char> into, std::size_t& got) {
  return tls_ ? receive_encrypted(into, got) : receive_plain(into, got);
}

Transport::Io Transport::receive_plain(std::span<char> into, std::size_t& got) {
  for (;;) {
    const ssize_t count = ::recv(socket_.fd(), into.data(), into.size(), 0);
    if (count > 0) {
      got = static_cast<std::size_t>(count);
      if (got < into.size()) socket_.note_drained();
      return Io::kMoved;
    }
    if (count == 0) return Io::kEnded;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      socket_.note_drained();
      return Io::kWait;
    }
    if (errno != EINTR) return Io::kEnded;
  }
}

Transport::Io Transport::send(std::span<const iovec> vectors, std::size_t& sent, bool more) {
  if (tls_) return send_encrypted(vectors, sent);
  if (!more || head_goes_first()) return send_now(vectors, sent);
  const Io outcome = send_now(vectors, sent, true);
  waiting_ += sent;
  return outcome;
}

// Linux opens a reader's window as far as he had room when something came (tcp_grow_window): where a full 64 kB always
// come first, it stays short by these, and he acknowledges them at once, in the middle of the answer, which costs both
// sides. A head that comes alone a few times opens it wholly.
bool Transport::head_goes_first() { return rest_ > kLargestPacket && room_.proven() && std::has_single_bit(answers_); }

Transport::Io Transport::send_file(int file, std::uint64_t offset, std::size_t bytes, std::size_t& sent) {
  bytes = std::min(bytes, takes_);
  const std::size_t waiting = std::exchange(waiting_, 0);
  if (room_.proven() && waiting + bytes > kLargestPacket) {
    if (segment_ == 0) segment_ = static_cast<std::size_t>(link_state(socket_.fd()).segment);
    bytes = whole_packets(waiting, offset, bytes, segment_);
  }
  for (;;) {
    auto from = static_cast<off_t>(offset);
    const ssize_t count = ::sendfile(socket_.fd(), file, &from, bytes);
    if (count > 0) {
      sent = static_cast<std::size_t>(count);
      sent_bytes_ += sent;
      full_ = sent < bytes;
      return Io::kMoved;
    }
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Io::kWait;
    if (count == 0 || errno != EINTR) return Io::kEnded;
  }
}

Transport::Io Transport::send_now(std::span<const iovec> vectors, std::size_t& sent, bool more) {
  const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(vectors.data());  // sendmsg only reads
  message.msg_iovlen = vectors.size();
  for (;;) {
    // A head alone, as before a file: the kernel need not fetch a list of one.
    const ssize_t count = vectors.size() == 1
                              ? ::send(socket_.fd(), vectors.front().iov_base, vectors.front().iov_len, flags)
                              : ::sendmsg(socket_.fd(), &message, flags);
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
    const bool all = sent == made.size();
    tls_->kernel_took_all(all);
    if (!all) reader_is_behind();
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
  const Io outcome = receive_plain(received, count);
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
  const auto now = RecordSizer::Clock::now();
  if (tls_->wonders(now)) {
    const LinkState link = link_state(socket_.fd());
    tls_->know_link(link.least_trip_us, link.bytes_per_second);
    // HTTP/2 begins no answer: what is more urgent goes before what is not with the kernel yet.
    if (answers_ > 0) room_.meet(link);
    limit_unsent();
  }
  sent = tls_->write(vectors, tls_->batch(), now);
  if (sent == 0 || !push_encrypted()) return Io::kEnded;
  return Io::kMoved;
}

bool Transport::confirmed() const { return !tls_ || tls_->open(); }

void Transport::begin_answer(SendRoom::Clock::time_point now) {
  ++answers_;
  waiting_ = 0;
  if (room_.begin_answer(sent_bytes_, now)) room_.believe(link_state(socket_.fd()));
  limit_unsent();
  full_ = false;
}

bool Transport::takes_file(std::uint64_t rest, bool woken) {
  if (!room_.proven()) {
    takes_ = room_.look(link_state(socket_.fd()), sent_bytes_, rest, SendRoom::Clock::now(), woken);
    limit_unsent();
    return takes_ > 0;
  }
  takes_ = SendRoom::kWhole;
  rest_ = rest;
  if (!full_) return true;
  full_ = false;  // a further call would only hear so again
  reader_is_behind();
  return false;
}

void Transport::reader_is_behind() {
  if (!room_.proven()) return;
  if (room_.held_up(sent_bytes_, SendRoom::Clock::now())) room_.believe(link_state(socket_.fd()));
  limit_unsent();
}

void Transport::limit_unsent() {
  const std::size_t wanted = room_.unsent_limit();
  if (wanted == unsent_limit_) return;
  unsent_limit_ = wanted;
  const int fd = socket_.fd();
  if (own_unsent_limit_ == 0) own_unsent_limit_ = unsent_limit(fd);
  const int limit = static_cast<int>(wanted);
  set_unsent_limit(fd, wanted == 0      ? own_unsent_limit_
                       : room_.proven() ? std::max(limit, own_unsent_limit_)
                                        : std::min(limit, own_unsent_limit_));
}

void Transport::pace(std::uint64_t bytes_per_second) {
  if (bytes_per_second == pace_) return;
  pace_ = bytes_per_second;
  set_pace(socket_.fd(), pace_);
}

void Transport::end_sending() {
  if (tls_) {
    tls_->end_writing();
    (void)push_encrypted();
  }
  (void)::shutdown(socket_.fd(), SHUT_WR);
}

void Transport::close() {
  if (!socket_.is_open()) return;
  if (tls_) {
    tls_->end_writing();
    (void)push_encrypted();
    tls_.reset();
  }
  socket_.close();
}

}  // namespace chalkline::streamer
