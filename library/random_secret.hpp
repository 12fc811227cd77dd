// Secrets that open something: of tokens and of browsers' sessions.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::library {

inline constexpr std::size_t kSecretDigits = 64;

// `prefix` and 256 bits of the kernel's random source as 64 lower-case hex digits.
Result<std::string> random_secret(std::string_view prefix);

}  // namespace chalkline::library
