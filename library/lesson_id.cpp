// Slugs. Only Latin-1 accents are folded: enough for the Latin-script languages most curricula are written in.
#include "library/lesson_id.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace chalkline::library {

static constexpr std::size_t kLongest = 64;

// U+00C0..U+00FF as ASCII letters; '-' for the signs among them.
static constexpr std::array<std::string_view, 64> kLatin1 = {
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   //
    "d", "n", "o", "o", "o", "o", "o",  "-", "o", "u", "u", "u", "u", "y", "th", "ss",  //
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   //
    "d", "n", "o", "o", "o", "o", "o",  "-", "o", "u", "u", "u", "u", "y", "th", "y"};

static std::string ascii_of(std::string_view title) {
  std::string ascii;
  for (std::size_t i = 0; i < title.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(title[i]);
    const auto next = i + 1 < title.size() ? static_cast<std::uint8_t>(title[i + 1]) : std::uint8_t{0};
    if (byte >= 'A' && byte <= 'Z') {
      ascii += static_cast<char>(byte - 'A' + 'a');
    } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
      ascii += static_cast<char>(byte);
    } else if (byte == 0xC3 && next >= 0x80 && next <= 0xBF) {  // UTF-8 of U+00C0..U+00FF
      ascii += kLatin1[next - 0x80U];
      ++i;
    } else if (byte != '\'') {
      ascii += '-';
    }
  }
  return ascii;
}

std::string lesson_id_from_title(std::string_view title) {
  std::string id;
  for (const char c : ascii_of(title)) {
    if (c == '-' && (id.empty() || id.back() == '-')) continue;
    id += c;
    if (id.size() == kLongest) break;
  }
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id.empty() ? "lesson" : id;
}

std::string numbered_lesson_id(std::string_view id, int n) {
  if (n <= 1) return std::string(id);
  const std::string suffix = "-" + std::to_string(n);
  std::string head(id.substr(0, kLongest - suffix.size()));
  while (!head.empty() && head.back() == '-') head.pop_back();
  return head + suffix;
}

bool is_lesson_id(std::string_view text) noexcept {
  if (text.empty() || text.size() > kLongest) return false;
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  return true;
}

}  // namespace chalkline::library
