// base64 (RFC 4648): as tus metadata, digests and the secrets of web hooks are written, and as URLs and file names take
// it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chalkline {

// With padding (section 4).
std::string to_base64(std::string_view bytes);
// With "-" and "_" for "+" and "/", and no padding (section 5).
std::string base64url(std::string_view bytes);

// None for what the function above does not write: other characters, more or less padding, bits left over that are not
// zero.
std::optional<std::string> from_base64(std::string_view text);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace chalkline
