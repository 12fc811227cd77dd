// Subtags divided by hyphens: the first of letters, two and more; each of the others of letters and digits, one to
// eight.
#include "core/language_tag.hpp"

namespace chalkline {

bool is_language_tag(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 35;
  std::size_t part = 0;
  std::size_t length = 0;
  bool good = !text.empty() && text.size() <= kLongest;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (c == '-') {
      good = good && length >= (part == 0 ? 2U : 1U);
      ++part;
      length = 0;
    } else {
      good = good && (letter || (digit && part > 0)) && ++length <= 8;
    }
  }
  return good && length >= (part == 0 ? 2U : 1U);
}

}  // namespace chalkline
