// Negotiation of the page's language.
#include "streamer/pages/page_language.hpp"

#include <algorithm>

namespace chalkline::streamer {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Thousandths of "q=0.8" (RFC 9110 12.4.2); 1000 where there is none, 0 where it is badly written.
int weight_of(std::string_view parameters) {
  const std::string_view text = trimmed(parameters);
  if (text.empty()) return 1000;
  if (text.size() < 3 || lower(text[0]) != 'q' || text[1] != '=' || (text[2] != '0' && text[2] != '1')) return 0;
  int weight = (text[2] - '0') * 1000;
  if (text.size() == 3) return weight;
  if (text[3] != '.' || text.size() > 7) return 0;
  int digit = 100;
  for (const char c : text.substr(4)) {
    if (c < '0' || c > '9') return 0;
    weight += (c - '0') * digit;
    digit /= 10;
  }
  return std::min(weight, 1000);
}

}  // namespace

std::optional<PageLanguage> page_language_named(std::string_view tag) noexcept {
  const std::string_view first = tag.substr(0, tag.find('-'));
  for (const PageLanguageFacts& one : kPageLanguages)
    if (std::equal(first.begin(), first.end(), one.tag.begin(), one.tag.end(),
                   [](char a, char b) { return lower(a) == b; }))
      return one.language;
  return std::nullopt;
}

PageLanguage preferred_page_language(std::string_view accept_language) noexcept {
  PageLanguage best = PageLanguage::kEnglish;
  int best_weight = 0;
  while (!accept_language.empty()) {
    const std::string_view range = accept_language.substr(0, accept_language.find(','));
    accept_language.remove_prefix(std::min(range.size() + 1, accept_language.size()));
    const std::size_t semicolon = std::min(range.find(';'), range.size());
    const auto known = page_language_named(trimmed(range.substr(0, semicolon)));
    const int weight = semicolon == range.size() ? 1000 : weight_of(range.substr(semicolon + 1));
    if (!known || weight <= best_weight) continue;
    best = *known;
    best_weight = weight;
  }
  return best;
}

}  // namespace chalkline::streamer
