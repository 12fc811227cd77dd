// The languages that the server's own pages speak, and which of them a browser wants. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chalkline::streamer {

enum class PageLanguage : std::uint8_t { kEnglish, kArabic, kSpanish, kFrench, kSwahili };

struct PageLanguageFacts {
  PageLanguage language;
  std::string_view tag;   // BCP 47
  std::string_view name;  // in itself
  bool right_to_left = false;
};

inline constexpr std::array kPageLanguages = {
    PageLanguageFacts{PageLanguage::kEnglish, "en", "English"},
    PageLanguageFacts{PageLanguage::kArabic, "ar", "العربية", true},
    PageLanguageFacts{PageLanguage::kSpanish, "es", "Español"},
    PageLanguageFacts{PageLanguage::kFrench, "fr", "Français"},
    PageLanguageFacts{PageLanguage::kSwahili, "sw", "Kiswahili"},
};

constexpr const PageLanguageFacts& facts_of(PageLanguage language) {
  return kPageLanguages[static_cast<std::size_t>(language)];
}

// "sw"; none for what the pages do not speak.
std::optional<PageLanguage> page_language_named(std::string_view tag) noexcept;

// From Accept-Language (RFC 9110 12.5.4): the language with the highest weight, by the first subtag of each range (RFC
// 4647 3.4); English where there is none, or the field is nonsense.
PageLanguage preferred_page_language(std::string_view accept_language) noexcept;

}  // namespace chalkline::streamer
