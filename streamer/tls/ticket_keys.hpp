// The keys that session tickets (RFC 8446 4.6.1, RFC 5077) are sealed with: shared by all delivery threads and kept
// over a reload of the certificate, so that a phone resumes its session wherever its connection lands. A key seals for
// one lifetime and opens for one more, then it is gone, and with it whatever could have opened old tickets.
// Thread-safe; asked once a handshake. Time is a parameter.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>

namespace chalkline::streamer {

struct TicketKey {
  std::array<unsigned char, 16> name{};
  std::array<unsigned char, 32> cipher{};  // AES-256
  std::array<unsigned char, 32> mac{};     // HMAC-SHA-256
};

class TicketKeys {
 public:
  using Clock = std::chrono::steady_clock;
  TicketKeys(std::chrono::milliseconds lifetime, Clock::time_point now);

  // The key to seal with now.
  TicketKey current(Clock::time_point now);
  struct Found {
    TicketKey key;
    bool renew = false;  // it seals no more: give a new ticket
  };
  // The key of this name; none where it has gone or never was.
  std::optional<Found> find(std::span<const unsigned char, 16> name, Clock::time_point now);

 private:
  struct Dated {
    TicketKey key;
    Clock::time_point made;
  };
  void rotate(Clock::time_point now);

  const std::chrono::milliseconds lifetime_;
  std::mutex mutex_;
  Dated current_;
  std::optional<Dated> previous_;
};

}  // namespace chalkline::streamer
