// libsodium's "interactive" settings: two passes over 64 MB.
#include "library/password.hpp"

#include <array>
#include <mutex>

#include <sodium.h>

namespace chalkline::library {

namespace {

std::mutex& turn() {
  static std::mutex mutex;
  return mutex;
}

bool ready() {
  static const bool is = ::sodium_init() >= 0;
  return is;
}

}  // namespace

Result<std::string> hashed_password(std::string_view password) {
  const std::scoped_lock lock(turn());
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (!ready() || ::crypto_pwhash_str(text.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                      crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return Error(Errc::kLimitExceeded, "a password cannot be hashed: 64 MB of memory are not to be had",
                 "close other programs, or raise the limit");
  return std::string(text.data());
}

bool is_password(const std::string& kept, std::string_view password) {
  const std::scoped_lock lock(turn());
  return ready() && ::crypto_pwhash_str_verify(kept.c_str(), password.data(), password.size()) == 0;
}

bool same_secret(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && ::sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace chalkline::library
