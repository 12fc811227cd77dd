// Probed as any recording; of what is found the first sound counts.
#include "transcode/sound/description.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/sha256.hpp"

namespace chalkline::transcode {

bool is_sound_name(const std::filesystem::path& file) {
  static constexpr std::array<std::string_view, 10> kEndings = {".m4a", ".m4b",  ".mp3", ".aac",  ".ogg",
                                                                ".oga", ".opus", ".wav", ".flac", ".mka"};
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

static Result<AudioFacts> description_in(const SideText& side, const std::stop_token& stop) {
  auto probed = probe(side.path, stop);
  if (!probed) return probed.error().within("the sound that describes the pictures cannot be used");
  if (probed->audio.empty())
    return Error(Errc::kUnusableInput, "there is no sound in " + side.path.filename().string(),
                 "export the description as a sound file, or leave it out");
  AudioFacts facts = probed->audio.front();
  if (side.language != "und" && !side.language.empty()) facts.language = side.language;
  facts.label.clear();
  facts.is_default = false;
  facts.describes_video = true;
  facts.file = side.path;
  facts.file_origin_us = probed->origin_us;
  return facts;
}

Result<void> add_descriptions(const std::vector<SideText>& sides, SourceFacts& facts, const std::stop_token& stop) {
  for (const SideText& side : sides) {
    if (!is_sound_name(side.path)) continue;
    CHALK_TRY_ASSIGN(AudioFacts sound, description_in(side, stop));
    facts.audio.push_back(std::move(sound));
  }
  return {};
}

Result<std::string> identity_of_descriptions(const std::vector<SideText>& sides) {
  std::string text;
  for (const SideText& side : sides) {
    if (!is_sound_name(side.path)) continue;
    CHALK_TRY_ASSIGN(const std::string sha256, sha256_file(side.path));
    text += " " + sha256;
  }
  return text;
}

}  // namespace chalkline::transcode
