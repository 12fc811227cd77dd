// Pieces of a field's value as RFC 9110 writes them: without the blanks around (5.6.3), names in whatever case, weights
// (12.4.2) and the one expectation there is (10.1.1). Nothing allocates.
#pragma once

#include <algorithm>
#include <string_view>

namespace chalkline::streamer {

// Without the spaces and tabs at either end.
constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Whether the text is that name, which is written in small letters.
constexpr bool same_name(std::string_view text, std::string_view lower_case) noexcept {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b; });
}

// A weight in thousandths, 0 where it is badly written: qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ).
unsigned weight_of(std::string_view text) noexcept;

// Whether what Expect says is "100-continue".
constexpr bool is_continue(std::string_view expect) noexcept { return same_name(expect, "100-continue"); }

}  // namespace chalkline::streamer
