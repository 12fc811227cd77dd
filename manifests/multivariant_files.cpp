// The list of multivariant playlists.
#include "manifests/multivariant_files.hpp"

#include <algorithm>

#include "manifests/version_path.hpp"

namespace chalkline::manifests {

static bool has(const VersionIndex& index, Codec codec) {
  return std::any_of(index.renditions.begin(), index.renditions.end(),
                     [&](const RenditionEntry& rendition) { return rendition.format.codec == codec; });
}

std::vector<Codec> preferred_audio_codec(const VersionIndex& index) {
  for (const Codec codec : {Codec::kOpus, Codec::kAacLc})
    if (has(index, codec)) return {codec};
  return {};
}

std::vector<Codec> preferred_video_codec(const VersionIndex& index) {
  for (const Codec codec : {Codec::kH264, Codec::kAv1, Codec::kHevc})
    if (has(index, codec)) return {codec};
  return {};
}

std::vector<std::pair<std::string, MultivariantOptions>> multivariant_files(const VersionIndex& index) {
  MultivariantOptions options;
  options.audio_codecs = preferred_audio_codec(index);
  options.video_codecs = preferred_video_codec(index);
  std::vector<std::pair<std::string, MultivariantOptions>> files = {{std::string(kMultivariantName), options}};
  if (has(index, Codec::kOpus) && has(index, Codec::kAacLc)) {
    MultivariantOptions aac = options;
    aac.audio_codecs = {Codec::kAacLc};
    files.emplace_back(std::string(kMultivariantAacName), aac);
  }
  for (const auto& [saver, name] :
       {std::pair{Codec::kAv1, kMultivariantAv1Name}, std::pair{Codec::kHevc, kMultivariantHevcName}}) {
    if (!has(index, Codec::kH264) || !has(index, saver)) continue;
    options.video_codecs = {Codec::kH264, saver};
    files.emplace_back(std::string(name), options);
  }
  return files;
}

}  // namespace chalkline::manifests
