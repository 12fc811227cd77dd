// The shape of a BCP 47 language tag. Asked wherever a tag comes from a person or a file. Pure.
#pragma once

#include <string_view>

namespace chalkline {

// Looks like one (RFC 5646 2.1, shape only): "sw", "pt-BR", "zh-Hant"; at most 35 characters (4.4.1).
bool is_language_tag(std::string_view text) noexcept;

}  // namespace chalkline
