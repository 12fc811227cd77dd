// base64 with padding (RFC 4648 4), as tus metadata, digests and the secrets of web hooks are written. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chalkline {

std::string to_base64(std::string_view bytes);

// None where it is not that, or not padded to a multiple of four.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace chalkline
