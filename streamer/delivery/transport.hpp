// A connection's bytes, in the clear or through TLS: the same non-blocking calls for every protocol above. In the clear
// it is recv, sendmsg and sendfile and nothing else. Through TLS, what is encrypted and not yet taken by the kernel
// waits here; send() takes nothing new before that has left. Never raises SIGPIPE. One delivery thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <sys/uio.h>

#include "streamer/delivery/poller.hpp"
#include "streamer/delivery/send_room.hpp"

namespace chalkline::streamer {

class TlsStream;

class Transport {
 public:
  using Ready = WatchedSocket::Ready;
  enum class Io : std::uint8_t {
    kMoved,  // some bytes
    kWait,   // none now: wait until the socket is readable (receive) or writable (send, flush)
    kEnded,  // by the peer, or broken
  };

  Transport(WatchedSocket socket, std::unique_ptr<TlsStream> tls);  // no `tls`: in the clear
  Transport(Transport&&) noexcept;
  ~Transport();

  // Through TLS, kMoved takes all that came: wait for the socket after it, never call again at once. `into` has room
  // for at least kReceiveBytes.
  Io receive(std::span<char> into, std::size_t& got);
  static constexpr std::size_t kReceiveBytes = std::size_t{64} * 1024;
  // kMoved: `sent` bytes of what was given are taken. `more`: in the clear, a packet that is not full waits for what
  // the next send_file() brings.
  Io send(std::span<const iovec> vectors, std::size_t& sent, bool more = false);
  // In the clear only, before each send_file(): whether the kernel may be handed more now; if not, wait until the
  // socket is writable. `rest`: bytes of the answer; `woken`: the socket has just become writable, or the
  // answer begins. TCP_NOTSENT_LOWAT alone would let a whole 64 kB packet be filled: seconds of a slow link that a
  // change of rung could not take back (send_room.hpp).
  [[nodiscard]] bool takes_file(std::uint64_t rest, bool woken);
  // In the clear only: bytes of a file that are in the page cache (else it waits for the disk), as many as takes_file()
  // found right. kEnded also where the file is shorter.
  Io send_file(int file, std::uint64_t offset, std::size_t bytes, std::size_t& sent);
  // Called before each answer.
  void begin_answer(SendRoom::Clock::time_point now);
  [[nodiscard]] const SendRoom& room() const { return room_; }
  // kMoved: everything taken before is with the kernel.
  Io flush();

  // The peer's handshake is complete; false only while bytes come as TLS early data, which an attacker may replay.
  [[nodiscard]] bool confirmed() const;
  [[nodiscard]] bool encrypted() const { return tls_ != nullptr; }
  [[nodiscard]] TlsStream* tls() { return tls_.get(); }
  [[nodiscard]] WatchedSocket& socket() { return socket_; }
  // All bytes the kernel took so far: how a reader's progress is seen.
  [[nodiscard]] std::uint64_t sent_bytes() const { return sent_bytes_; }

  // No faster than this from now on, bytes/s; 0: as fast as the link. Costs nothing where it stays the same.
  void pace(std::uint64_t bytes_per_second);

  // Says that nothing more will be sent; the peer may still send.
  void end_sending();
  void close();  // at once; any number of times

 private:
  Io receive_plain(std::span<char> into, std::size_t& got);
  Io receive_encrypted(std::span<char> into, std::size_t& got);
  Io send_encrypted(std::span<const iovec> vectors, std::size_t& sent);

  Io send_now(std::span<const iovec> vectors, std::size_t& sent, bool more = false);
  bool push_encrypted();
  void reader_is_behind();
  void limit_unsent();
  [[nodiscard]] bool head_goes_first();

  WatchedSocket socket_;
  std::unique_ptr<TlsStream> tls_;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t pace_ = 0;
  SendRoom room_;
  std::size_t takes_ = 0;         // bytes that the next send_file() may hand over
  std::size_t unsent_limit_ = 0;  // as room_ last wanted it
  int own_unsent_limit_ = 0;      // as the socket came with it; 0: never changed
  bool full_ = false;             // the kernel took less of a file than it was given
  std::size_t waiting_ = 0;       // bytes of a head that wait for the file's first (MSG_MORE)
  std::size_t segment_ = 0;       // bytes of the body in a full packet; 0: not asked yet
  std::uint32_t answers_ = 0;
  std::uint64_t rest_ = 0;  // of the answer, when it was last asked about
};

}  // namespace chalkline::streamer
