// Names of kinds, codecs and languages.
#include "core/rendition.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace chalkline {
namespace {

constexpr std::array kKindNames = {std::pair{MediaKind::kVideo, std::string_view("video")},
                                   std::pair{MediaKind::kAudio, std::string_view("audio")},
                                   std::pair{MediaKind::kText, std::string_view("text")}};

constexpr std::array kCodecNames = {
    std::pair{Codec::kH264, std::string_view("h264")}, std::pair{Codec::kHevc, std::string_view("hevc")},
    std::pair{Codec::kAv1, std::string_view("av1")},   std::pair{Codec::kAacLc, std::string_view("aac")},
    std::pair{Codec::kOpus, std::string_view("opus")}, std::pair{Codec::kWebVtt, std::string_view("webvtt")}};

// BCP 47, ISO 639-2/T, ISO 639-2/B (empty where equal), the language's own name. The languages of the platforms we
// know of; any other tag is shown as it is.
struct Language {
  std::string_view tag, iso_t, iso_b, label;
};
constexpr std::array kLanguages = {
    Language{"am", "amh", "", "አማርኛ"},           Language{"ar", "ara", "", "العربية"},
    Language{"bn", "ben", "", "বাংলা"},          Language{"de", "deu", "ger", "Deutsch"},
    Language{"en", "eng", "", "English"},        Language{"es", "spa", "", "Español"},
    Language{"fa", "fas", "per", "فارسی"},       Language{"fr", "fra", "fre", "Français"},
    Language{"ha", "hau", "", "Hausa"},          Language{"hi", "hin", "", "हिन्दी"},
    Language{"ht", "hat", "", "Kreyòl ayisyen"}, Language{"id", "ind", "", "Bahasa Indonesia"},
    Language{"it", "ita", "", "Italiano"},       Language{"ja", "jpn", "", "日本語"},
    Language{"km", "khm", "", "ខ្មែរ"},           Language{"ko", "kor", "", "한국어"},
    Language{"ku", "kur", "", "Kurdî"},          Language{"lo", "lao", "", "ລາວ"},
    Language{"my", "mya", "bur", "မြန်မာ"},       Language{"ne", "nep", "", "नेपाली"},
    Language{"nl", "nld", "dut", "Nederlands"},  Language{"pl", "pol", "", "Polski"},
    Language{"ps", "pus", "", "پښتو"},           Language{"pt", "por", "", "Português"},
    Language{"ro", "ron", "rum", "Română"},      Language{"ru", "rus", "", "Русский"},
    Language{"rw", "kin", "", "Kinyarwanda"},    Language{"so", "som", "", "Soomaali"},
    Language{"sw", "swa", "", "Kiswahili"},      Language{"ta", "tam", "", "தமிழ்"},
    Language{"ti", "tir", "", "ትግርኛ"},           Language{"tr", "tur", "", "Türkçe"},
    Language{"uk", "ukr", "", "Українська"},     Language{"ur", "urd", "", "اردو"},
    Language{"vi", "vie", "", "Tiếng Việt"},     Language{"yo", "yor", "", "Yorùbá"},
    Language{"zh", "zho", "chi", "中文"},        Language{"zu", "zul", "", "isiZulu"}};

template <class Table, class Key>
std::string_view find_name(const Table& table, Key key) noexcept {
  for (const auto& [value, text] : table)
    if (value == key) return text;
  return {};
}

template <class Key, class Table>
std::optional<Key> find_key(const Table& table, std::string_view name) noexcept {
  for (const auto& [value, text] : table)
    if (text == name) return value;
  return std::nullopt;
}

}  // namespace

std::string_view name(MediaKind kind) noexcept { return find_name(kKindNames, kind); }
std::string_view name(Codec codec) noexcept { return find_name(kCodecNames, codec); }
std::optional<MediaKind> media_kind_from_name(std::string_view name) noexcept {
  return find_key<MediaKind>(kKindNames, name);
}
std::optional<Codec> codec_from_name(std::string_view name) noexcept { return find_key<Codec>(kCodecNames, name); }

std::string language_label(std::string_view tag) {
  const auto primary = tag.substr(0, tag.find('-'));
  for (const Language& language : kLanguages) {
    if (language.tag != primary) continue;
    std::string label(language.label);
    if (primary.size() < tag.size()) label += " (" + std::string(tag.substr(primary.size() + 1)) + ")";
    return label;
  }
  return std::string(tag);
}

// RFC 5646 in the shape we accept: subtags of 1-8 letters or digits, the first of 2-3 letters.
static bool is_language_tag(std::string_view text) {
  std::size_t length = 0;
  bool first = true;
  auto ends_well = [&] { return first ? (length == 2 || length == 3) : (length >= 1 && length <= 8); };
  for (const char c : text) {
    if (c == '-') {
      if (!ends_well()) return false;
      first = false;
      length = 0;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 127 || (first ? !std::isalpha(byte) : !std::isalnum(byte))) return false;
    ++length;
  }
  return ends_well();
}

std::string language_tag(std::string_view from_container) {
  std::string tag(from_container);
  std::replace(tag.begin(), tag.end(), '_', '-');
  if (!is_language_tag(tag)) return "und";
  const auto primary_size = std::min(tag.find('-'), tag.size());
  std::transform(tag.begin(), tag.begin() + static_cast<std::ptrdiff_t>(primary_size), tag.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (primary_size == 3) {
    const auto primary = std::string_view(tag).substr(0, 3);
    for (const Language& language : kLanguages)
      if (primary == language.iso_t || primary == language.iso_b)
        return std::string(language.tag) + tag.substr(primary_size);
    if (primary == "mis" || primary == "mul" || primary == "zxx") return "und";
  }
  return tag;
}

}  // namespace chalkline
