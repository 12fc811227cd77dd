// Names of kinds and codecs, and language tags between containers (ISO 639-2) and playlists (BCP 47).
#include "core/rendition.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "core/shown_name.hpp"

using namespace chalkline;

TEST_CASE("every kind and codec has a name that leads back to it") {
  for (const MediaKind kind : {MediaKind::kVideo, MediaKind::kAudio, MediaKind::kText}) {
    CHECK_FALSE(name(kind).empty());
    CHECK(media_kind_from_name(name(kind)) == kind);
  }
  for (const Codec codec : {Codec::kH264, Codec::kHevc, Codec::kAv1, Codec::kAacLc, Codec::kOpus, Codec::kWebVtt}) {
    CHECK_FALSE(name(codec).empty());
    CHECK(codec_from_name(name(codec)) == codec);
    CHECK_FALSE(shown_name(codec).empty());
  }
  CHECK_FALSE(media_kind_from_name("Video").has_value());
  CHECK_FALSE(codec_from_name("").has_value());
}

TEST_CASE("three-letter container languages become two-letter tags, both spellings of them") {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kCases = {{{"eng", "en"},
                                                                                    {"fra", "fr"},
                                                                                    {"fre", "fr"},
                                                                                    {"swa", "sw"},
                                                                                    {"deu", "de"},
                                                                                    {"ger", "de"},
                                                                                    {"ENG", "en"},
                                                                                    {"por-BR", "pt-BR"},
                                                                                    {"zho_Hant", "zh-Hant"}}};
  for (const auto& [container, tag] : kCases) CHECK(language_tag(container) == tag);
}

TEST_CASE("a three-letter language without a shorter tag keeps it") {
  CHECK(language_tag("luo") == "luo");
  CHECK(language_tag("kam") == "kam");
}

TEST_CASE("a BCP 47 tag passes unchanged but for the case of its language") {
  CHECK(language_tag("en") == "en");
  CHECK(language_tag("pt-BR") == "pt-BR");
  CHECK(language_tag("EN-gb") == "en-gb");
  CHECK(language_tag("sr-Latn-RS") == "sr-Latn-RS");
}

TEST_CASE("what names no language is undetermined") {
  for (const std::string_view text : {"", "und", "mis", "mul", "zxx", "e", "english", "en-", "-en", "en--gb", "e1",
                                      "fr!", "en-toolonglong", "\xc3\xa9n", "en\"x", "en,fr", "   "}) {
    CAPTURE(text);
    CHECK(language_tag(text) == "und");
  }
}

TEST_CASE("a language is shown by its own name, with what the tag adds") {
  CHECK(language_label("sw") == "Kiswahili");
  CHECK(language_label("fr") == "Français");
  CHECK(language_label("pt-BR") == "Português (BR)");
  CHECK(language_label("luo") == "luo");
  CHECK(language_label("und") == "und");
  CHECK(language_label("") == "");
}
