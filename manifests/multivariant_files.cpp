// The list of multivariant playlists.
#include "manifests/multivariant_files.hpp"

#include <algorithm>

#include "manifests/version_path.hpp"

namespace chalkline::manifests {

static bool has_audio(const VersionIndex& index, Codec codec) {
  return std::any_of(index.renditions.begin(), index.renditions.end(), [&](const RenditionEntry& rendition) {
    return rendition.format.kind == MediaKind::kAudio && rendition.format.codec == codec;
  });
}

std::vector<Codec> preferred_audio_codec(const VersionIndex& index) {
  for (const Codec codec : {Codec::kOpus, Codec::kAacLc})
    if (has_audio(index, codec)) return {codec};
  return {};
}

std::vector<std::pair<std::string, MultivariantOptions>> multivariant_files(const VersionIndex& index) {
  MultivariantOptions options;
  options.audio_codecs = preferred_audio_codec(index);
  std::vector<std::pair<std::string, MultivariantOptions>> files = {{std::string(kMultivariantName), options}};
  if (has_audio(index, Codec::kOpus) && has_audio(index, Codec::kAacLc)) {
    options.audio_codecs = {Codec::kAacLc};
    files.emplace_back(std::string(kMultivariantAacName), options);
  }
  return files;
}

}  // namespace chalkline::manifests
