// Passwords as they are kept: argon2id (RFC 9106) by libsodium, with its own salt and settings in the text. One at a
// time in this process, since each takes 64 MB; other threads wait. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::library {

// "$argon2id$v=19$m=65536,t=2,p=1$...". kLimitExceeded: there is not enough memory.
Result<std::string> hashed_password(std::string_view password);

// Whether `kept` was made from this password, in a time that does not depend on how much of it is right.
bool is_password(const std::string& kept, std::string_view password);

// Whether `a` and `b` are the same text, in a time that depends on their lengths alone.
bool same_secret(std::string_view a, std::string_view b) noexcept;

}  // namespace chalkline::library
