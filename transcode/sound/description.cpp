// Probed as any recording; of what is found the first sound counts.
#include "transcode/sound/description.hpp"

#include "core/sha256.hpp"

namespace chalkline::transcode {

static Result<AudioFacts> description_in(const SideFile& side, const std::stop_token& stop) {
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

Result<void> add_descriptions(const std::vector<SideFile>& sides, SourceFacts& facts, const std::stop_token& stop) {
  for (const SideFile& side : sides) {
    if (side.kind != SideKind::kDescription) continue;
    CHALK_TRY_ASSIGN(AudioFacts sound, description_in(side, stop));
    facts.audio.push_back(std::move(sound));
  }
  return {};
}

Result<std::string> identity_of_descriptions(const std::vector<SideFile>& sides) {
  std::string text;
  for (const SideFile& side : sides) {
    if (side.kind != SideKind::kDescription) continue;
    CHALK_TRY_ASSIGN(const std::string sha256, sha256_file(side.path));
    text += " " + sha256;
  }
  return text;
}

}  // namespace chalkline::transcode
