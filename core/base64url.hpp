// base64url without padding (RFC 4648 5): bytes as letters, digits, "-" and "_", which URLs and file names take. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chalkline {

std::string base64url(std::string_view bytes);

// None for what base64url() does not write: other characters, padding, bits left over that are not zero.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace chalkline
