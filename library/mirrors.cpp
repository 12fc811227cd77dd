// The names of mirrors.
#include "library/mirrors.hpp"

#include <algorithm>

namespace chalkline::library {

bool is_mirror_name(std::string_view text) noexcept {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 64 && plain(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

}  // namespace chalkline::library
