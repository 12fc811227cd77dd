// How much of a file the kernel is handed at a time, and how much it may hold unsent. A link of which nothing is known,
// or that is slow, gets little: what is with the kernel a change of rung cannot take back, and a reader who has stopped
// keeps it from others. A reader who has shown that he takes much gets a quarter of a second of it or more, so that
// one call and no wait hand over a segment. Pure: TCP's own figures and the time are parameters. One for each
// connection, kept by its transport.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "streamer/delivery/link_options.hpp"
#include "streamer/tls/record_sizer.hpp"

namespace chalkline::streamer {

class SendRoom {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t kFirst = std::size_t{16} * 1024;  // the first congestion window (RFC 6928)
  static constexpr std::size_t kLeast = std::size_t{4} * 1024;
  static constexpr std::size_t kMost = std::size_t{64} * 1024;    // unproven; one packet as the kernel makes them
  static constexpr std::size_t kStalled = std::size_t{2} * 1024;  // with its book-keeping it fits one page
  static constexpr std::size_t kWhole = std::size_t{2} * 1024 * 1024;
  static constexpr std::uint64_t kProvenRate = 256'000;               // bytes/s, of a reader
  static constexpr std::uint64_t kFastLink = RecordSizer::kFastLink;  // bytes/s, as TCP measures it
  // A handshake's packet of 60 bytes that was answered within it passed no link under 240 kB/s: what is slow here is
  // the reader. What he has room for leaves our memory at once, and where he has as much room as systems give by
  // themselves, the next 64 kB wait for his first look.
  static constexpr std::uint64_t kNearUs = RecordSizer::kNearUs;
  static constexpr std::uint64_t kWideWindow = std::uint64_t{48} * 1024;
  static constexpr std::size_t kNearMost = 2 * kMost;

  // `sent`: all bytes that the kernel ever took. A reader who asks again has read what came before, however it got
  // there: what was sent since the answer before, over all the time since then, is less than what the link can do.
  // True: that proves nothing yet, and believe() should hear what TCP measured.
  [[nodiscard]] bool begin_answer(std::uint64_t sent, Clock::time_point now);

  // While nothing is proven, before each piece: the bytes to hand over now; 0: wait until the socket is writable.
  // `rest`: of the answer. `woken`: it has just become so, or the answer begins.
  [[nodiscard]] std::size_t look(const LinkState& link, std::uint64_t sent, std::uint64_t rest, Clock::time_point now,
                                 bool woken);

  // Of a proven reader the kernel took less than it was given. True: he is slow now, and believe() should hear why.
  [[nodiscard]] bool held_up(std::uint64_t sent, Clock::time_point now);

  // Of a reader who has read before, but slowly or after a pause: he is believed some bytes where it is not the link
  // that is slow.
  void believe(const LinkState& link);

  // Through TLS, where no call can go by what look() says: a near reader with as much room as systems give by
  // themselves is believed kNearMost before he has read anything.
  void meet(const LinkState& link);

  [[nodiscard]] bool proven() const { return proven_limit_ > 0; }
  // What TCP_NOTSENT_LOWAT should be, in bytes; 0: as the listening socket has it.
  [[nodiscard]] std::size_t unsent_limit() const;

 private:
  void judge(std::uint64_t bytes, Clock::duration took);
  void mark(std::uint64_t sent, Clock::time_point now);

  Clock::time_point marked_at_{};
  std::uint64_t marked_ = 0;  // of the bytes that the kernel took, or that the reader acknowledged
  std::size_t proven_limit_ = 0;
  bool stalled_ = false;
  bool near_ = false;
};

}  // namespace chalkline::streamer
