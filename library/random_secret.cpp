// getrandom(2): waits for the pool at boot, and cannot run short after it.
#include "library/random_secret.hpp"

#include <array>
#include <cerrno>
#include <cstdint>

#include <fmt/format.h>
#include <sys/random.h>

namespace chalkline::library {

Result<std::string> random_secret(std::string_view prefix) {
  std::array<std::uint8_t, kSecretDigits / 2> bytes{};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, "cannot read random bytes for a secret");
    filled += static_cast<std::size_t>(got);
  }
  std::string secret(prefix);
  for (const std::uint8_t byte : bytes) secret += fmt::format("{:02x}", byte);
  return secret;
}

}  // namespace chalkline::library
