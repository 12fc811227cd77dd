// A connection's bytes, in the clear or through TLS: the same non-blocking calls for every protocol above. In the clear
// it is recv and sendmsg and nothing else. Through TLS, what is encrypted and not yet taken by the kernel waits here;
// send() takes nothing new before that has left. Never raises SIGPIPE. One delivery thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <sys/uio.h>

namespace chalkline::streamer {

class TlsStream;

class Transport {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
  enum class Io : std::uint8_t {
    kMoved,  // some bytes
    kWait,   // none now: wait until the socket is readable (receive) or writable (send, flush)
    kEnded,  // by the peer, or broken
  };

  Transport(Socket socket, std::unique_ptr<TlsStream> tls);  // no `tls`: in the clear
  Transport(Transport&&) noexcept;
  ~Transport();

  // Through TLS, kMoved takes all that came: wait for the socket after it, never call again at once. `into` has room
  // for at least kReceiveBytes.
  Io receive(std::span<char> into, std::size_t& got);
  static constexpr std::size_t kReceiveBytes = std::size_t{64} * 1024;
  // kMoved: `sent` bytes of what was given are taken. `more`: in the clear, a packet that is not full waits for what
  // the next call brings.
  Io send(std::span<const iovec> vectors, std::size_t& sent, bool more = false);
  // In the clear only: bytes of a file that are in the page cache (else it waits for the disk). kEnded also where the
  // file is shorter.
  Io send_file(int file, std::uint64_t offset, std::size_t bytes, std::size_t& sent);
  // False until the link has shown that it is fast: then send_file() takes a little at a time, no more than the reader
  // has room for, and after each the caller waits until the socket is writable, unless all of it has left.
  // TCP_NOTSENT_LOWAT alone would let a whole 64 kB packet be filled: seconds of a slow link that a change of rung
  // could not take back, and memory that a reader who has stopped keeps from others.
  [[nodiscard]] bool fast() const { return fast_; }
  [[nodiscard]] bool holds_unsent() const { return holds_unsent_; }  // after send_file(), where the link is not fast
  // Called before each answer: a reader who asks again has read what came before, however fast that was.
  void begin_answer();
  // kMoved: everything taken before is with the kernel.
  Io flush();

  // The peer's handshake is complete; false only while bytes come as TLS early data, which an attacker may replay.
  [[nodiscard]] bool confirmed() const;
  [[nodiscard]] bool encrypted() const { return tls_ != nullptr; }
  [[nodiscard]] TlsStream* tls() { return tls_.get(); }
  [[nodiscard]] Socket& socket() { return socket_; }
  // All bytes the kernel took so far: how a reader's progress is seen.
  [[nodiscard]] std::uint64_t sent_bytes() const { return sent_bytes_; }

  // No faster than this from now on, bytes/s; 0: as fast as the link. Costs nothing where it stays the same.
  void pace(std::uint64_t bytes_per_second);

  // Says that nothing more will be sent; the peer may still send.
  void end_sending();
  void close();  // at once; any number of times

 private:
  Io receive_encrypted(std::span<char> into, std::size_t& got);
  Io send_encrypted(std::span<const iovec> vectors, std::size_t& sent);

  Io send_now(std::span<const iovec> vectors, std::size_t& sent, bool more = false);
  bool push_encrypted();
  void look_at_link(bool judge);

  Socket socket_;
  std::unique_ptr<TlsStream> tls_;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t pace_ = 0;
  std::uint64_t judged_at_ = 0;  // of sent_bytes_
  static constexpr std::size_t kLeastStride = std::size_t{4} * 1024;
  static constexpr std::size_t kMostStride = std::size_t{16} * 1024;
  std::size_t stride_ = kMostStride;
  bool fast_ = false;
  bool holds_unsent_ = false;
  int slow_unsent_ = 0;  // the socket's own limit of unsent bytes, while fast_ has raised it
};

}  // namespace chalkline::streamer
