// Negotiation of the page's language.
#include "streamer/pages/page_language.hpp"

#include <algorithm>

#include "streamer/http/field_text.hpp"

namespace chalkline::streamer {

// A range may have a weight and nothing else (RFC 9110 12.5.4): 1000 where it has none, 0 where what it has is no
// weight.
static unsigned weight_after(std::string_view semicolon) {
  const std::string_view text = trimmed(semicolon);
  if (text.empty()) return 1000;
  return text.size() > 2 && same_name(text.substr(0, 2), "q=") ? weight_of(text.substr(2)) : 0;
}

std::optional<PageLanguage> page_language_named(std::string_view tag) noexcept {
  const std::string_view first = tag.substr(0, tag.find('-'));
  for (const PageLanguageFacts& one : kPageLanguages)
    if (same_name(first, one.tag)) return one.language;
  return std::nullopt;
}

PageLanguage preferred_page_language(std::string_view accept_language) noexcept {
  PageLanguage best = PageLanguage::kEnglish;
  unsigned best_weight = 0;
  while (!accept_language.empty()) {
    const std::string_view range = accept_language.substr(0, accept_language.find(','));
    accept_language.remove_prefix(std::min(range.size() + 1, accept_language.size()));
    const std::size_t semicolon = std::min(range.find(';'), range.size());
    const auto known = page_language_named(trimmed(range.substr(0, semicolon)));
    const unsigned weight = semicolon == range.size() ? 1000 : weight_after(range.substr(semicolon + 1));
    if (!known || weight <= best_weight) continue;
    best = *known;
    best_weight = weight;
  }
  return best;
}

}  // namespace chalkline::streamer
