// UTF-8 (RFC 3629) as playlists and JSON need it. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chalkline::manifests {

// Length in bytes of the well-formed character at `text[0]`, or 0 where there is none (no overlong forms, no
// surrogates, nothing above U+10FFFF).
std::size_t utf8_character(std::string_view text) noexcept;

bool is_valid_utf8(std::string_view text) noexcept;

// The text with every byte that is not part of a well-formed character replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

// Holds a control character (U+0000..U+001F, U+007F..U+009F)? RFC 8216bis 4.1 forbids them in playlists but for CR, LF.
bool has_control_character(std::string_view text) noexcept;

}  // namespace chalkline::manifests
