// The old track goes out of the index first, then the new one is added as any rendition is.
#include "publish/captioned_version.hpp"

#include <algorithm>

#include "core/sha256.hpp"
#include "manifests/version_path.hpp"
#include "publish/version_writer.hpp"
#include "transcode/beside/text_format.hpp"

namespace chalkline::publish {

namespace {

// All tracks in the language, with their files; true where there was one.
bool take_out(VersionIndex& index, const std::string& language) {
  std::vector<std::string> folders;
  for (const RenditionEntry& rendition : index.renditions)
    if (rendition.format.kind == MediaKind::kText && rendition.format.language == language)
      folders.push_back(rendition.format.id + "/");
  const auto is_of = [&](const std::string& path) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& at) { return path.starts_with(at); });
  };
  std::erase_if(index.renditions, [&](const RenditionEntry& rendition) { return is_of(rendition.format.id + "/"); });
  std::erase_if(index.files, [&](const FileEntry& file) { return is_of(file.path); });
  return !folders.empty();
}

}  // namespace

Result<MadeVersion> make_captioned_version(const VersionIndex& old, std::span<const CaptionChange> changes,
                                           const std::filesystem::path& out, const Place& place) {
  VersionIndex base = old;
  for (const CaptionChange& change : changes) {
    const bool had = take_out(base, change.language);
    if (!had && change.cues.empty()) return Error(Errc::kNotFound, "there are no captions in " + change.language);
  }
  CHALK_TRY_ASSIGN(const auto writer, VersionWriter::create(out));
  for (const CaptionChange& change : changes)
    if (!change.cues.empty())
      CHALK_TRY(writer->add_text(transcode::text_format(change.language, change.language), change.cues));
  MadeVersion made;
  CHALK_TRY_ASSIGN(made.index, writer->seal_added_to(base));
  CHALK_TRY(complete_version(out, made.index, old, place));
  CHALK_TRY_ASSIGN(made.id, sha256_file(out / manifests::kIndexName));
  return made;
}

}  // namespace chalkline::publish
