// Random keys, two of them at most.
#include "streamer/tls/ticket_keys.hpp"

#include <algorithm>
#include <new>

#include <openssl/rand.h>

namespace chalkline::streamer {

static void fill_random(std::span<unsigned char> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::bad_alloc();  // OpenSSL has no entropy
}

static TicketKey make_key() {
  TicketKey key;
  fill_random(key.name);
  fill_random(key.cipher);
  fill_random(key.mac);
  return key;
}

TicketKeys::TicketKeys(std::chrono::milliseconds lifetime, Clock::time_point now)
    : lifetime_(lifetime), current_{make_key(), now} {}

void TicketKeys::rotate(Clock::time_point now) {
  if (now - current_.made < lifetime_) return;
  previous_.reset();
  if (now - current_.made < 2 * lifetime_) previous_ = current_;
  current_ = Dated{make_key(), now};
}

TicketKey TicketKeys::current(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  rotate(now);
  return current_.key;
}

std::optional<TicketKeys::Found> TicketKeys::find(std::span<const unsigned char, 16> name, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  rotate(now);
  if (std::ranges::equal(name, current_.key.name)) return Found{current_.key, false};
  if (previous_ && now - previous_->made < 2 * lifetime_ && std::ranges::equal(name, previous_->key.name))
    return Found{previous_->key, true};
  return std::nullopt;
}

}  // namespace chalkline::streamer
