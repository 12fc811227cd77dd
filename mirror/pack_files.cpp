// H.264 and AAC where there are any: what every browser and every phone's gallery plays.
#include "mirror/pack_files.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/file.hpp"
#include "manifests/voice_tag.hpp"
#include "transcode/packaging/single_file.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

namespace {

constexpr int kReadable = 360;  // lines of the shorter side, as where players begin (docs/version-format.md)

const RenditionEntry* picture_of(const VersionIndex& index) {
  const RenditionEntry* best = nullptr;
  const auto lines = [](const RenditionEntry* one) { return std::min(one->format.width, one->format.height); };
  for (const RenditionEntry& one : index.renditions) {
    if (one.format.kind != MediaKind::kVideo || one.format.codec != Codec::kH264) continue;
    const bool better =
        best == nullptr ||
        (lines(best) < kReadable ? lines(&one) > lines(best) : lines(&one) >= kReadable && one.bytes < best->bytes);
    if (better) best = &one;
  }
  return best;
}

// The cheapest of each voice, AAC before Opus; the default voice first.
std::vector<const RenditionEntry*> sounds_of(const VersionIndex& index) {
  std::vector<const RenditionEntry*> all;
  for (const RenditionEntry& one : index.renditions)
    if (one.format.kind == MediaKind::kAudio) all.push_back(&one);
  std::ranges::stable_sort(all, {}, [](const RenditionEntry* one) {
    return std::tuple(!one->format.is_default, one->format.codec != Codec::kAacLc, one->bytes);
  });
  std::set<std::string> voices;
  std::erase_if(all,
                [&](const RenditionEntry* one) { return !voices.insert(manifests::voice_tag(one->format)).second; });
  return all;
}

transcode::TrackFiles files_of(const VersionIndex& index, const std::string& rendition, const fs::path& folder) {
  transcode::TrackFiles files;
  const auto found = std::ranges::find(index.renditions, rendition, [](const auto& one) { return one.format.id; });
  if (found == index.renditions.end()) return files;
  files.push_back(folder / rendition / "init.mp4");
  for (std::size_t number = 1; number <= found->segments.size(); ++number)
    files.push_back(folder / rendition / (std::to_string(number) + ".m4s"));
  return files;
}

}  // namespace

std::vector<PlayFile> play_files(const VersionIndex& index, const std::string& version) {
  const RenditionEntry* picture = picture_of(index);
  const auto file = [&](const RenditionEntry* sound) {
    PlayFile made;
    made.language = sound != nullptr ? sound->format.language : index.language;
    made.label = sound != nullptr ? sound->format.label : std::string();
    made.name = version + "-" + (sound != nullptr ? manifests::voice_tag(sound->format) : made.language) + ".mp4";
    if (picture != nullptr) made.picture = picture->format.id;
    if (sound != nullptr) made.sound = sound->format.id;
    made.bytes = (picture != nullptr ? picture->bytes : 0) + (sound != nullptr ? sound->bytes : 0);
    return made;
  };
  std::vector<PlayFile> files;
  for (const RenditionEntry* sound : sounds_of(index)) files.push_back(file(sound));
  if (files.empty() && picture != nullptr) files.push_back(file(nullptr));
  return files;
}

Result<void> write_play_files(const VersionIndex& index, const std::string& version, const fs::path& version_folder,
                              const fs::path& out, bool anew) {
  CHALK_TRY(make_directories(out / "play"));
  for (const PlayFile& file : play_files(index, version)) {
    const fs::path to = out / "play" / file.name;
    std::error_code failed;
    if (!anew && fs::exists(to, failed)) continue;
    CHALK_TRY(transcode::write_single_file(files_of(index, file.picture, version_folder),
                                           files_of(index, file.sound, version_folder), to));
  }
  return fsync_path(out / "play");
}

}  // namespace chalkline::mirror
