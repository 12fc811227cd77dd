// Does an index agree with itself? Parsed indexes and those about to be sealed go through the same checks.
#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "manifests/utf8.hpp"
#include "manifests/version_path.hpp"

namespace chalkline::manifests {
namespace {

template <class... Values>
Error corrupt(fmt::format_string<Values...> text, Values&&... values) {
  return Error(Errc::kCorrupt, "index.json: " + fmt::format(text, std::forward<Values>(values)...));
}

bool is_media_type(std::string_view type) {
  return type.find('/') != std::string_view::npos && !has_control_character(type) && is_valid_utf8(type);
}

bool is_index_itself(std::string_view path) {
  return path == kIndexName || path == "index.json.gz" || path == "index.json.br";
}

// Kind and codec belong together, and what the kind needs is there.
Result<void> check_format(const RenditionFormat& format) {
  const std::string& id = format.id;
  if (!is_version_path(id)) return corrupt("the rendition id \"{}\" is not a plain relative path", id);
  if (format.timescale == 0) return corrupt("rendition {}: the timescale is 0", id);
  const bool audio = format.codec == Codec::kAacLc || format.codec == Codec::kOpus;
  const bool text = format.codec == Codec::kWebVtt;
  const MediaKind belongs = text ? MediaKind::kText : audio ? MediaKind::kAudio : MediaKind::kVideo;
  if (belongs != format.kind)
    return corrupt("rendition {}: codec {} is not for {}", id, name(format.codec), name(format.kind));
  if (format.kind == MediaKind::kVideo && (format.width <= 0 || format.height <= 0))
    return corrupt("rendition {}: width and height must be above 0", id);
  if (format.kind == MediaKind::kAudio && (format.channels <= 0 || format.sample_rate <= 0))
    return corrupt("rendition {}: channels and sample_rate must be above 0", id);
  return {};
}

class Files {
 public:
  explicit Files(const std::vector<FileEntry>& files) : files_(files) {}

  Result<void> check() const {
    std::set<std::string_view> folders;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const FileEntry& file = files_[i];
      if (!is_version_path(file.path)) return corrupt("files[{}]: \"{}\" is not a plain relative path", i, file.path);
      if (is_index_itself(file.path)) return corrupt("files[{}]: {} cannot list itself", i, file.path);
      if (!is_sha256_hex(file.sha256))
        return corrupt("files[{}]: sha256 of {} is not 64 lower-case hex digits", i, file.path);
      if (!is_media_type(file.media_type))
        return corrupt("files[{}]: media_type of {} is not type/subtype", i, file.path);
      if (i > 0 && file.path <= files_[i - 1].path)
        return corrupt("files[{}]: {} is there twice or out of order", i, file.path);
      for (std::size_t slash = file.path.find('/'); slash != std::string::npos; slash = file.path.find('/', slash + 1))
        folders.insert(std::string_view(file.path).substr(0, slash));
    }
    for (const FileEntry& file : files_)
      if (folders.contains(file.path)) return corrupt("{} is a file and a folder", file.path);
    return {};
  }

  [[nodiscard]] const FileEntry* find(std::string_view path) const {
    const auto found = std::lower_bound(files_.begin(), files_.end(), path,
                                        [](const FileEntry& file, std::string_view p) { return file.path < p; });
    return found != files_.end() && found->path == path ? &*found : nullptr;
  }

  Result<void> expect(std::string_view path) const {
    if (find(path) == nullptr) return corrupt("{} is not among the files", path);
    return {};
  }

  Result<void> expect(std::string_view path, std::uint64_t bytes) const {
    const FileEntry* file = find(path);
    if (file == nullptr) return corrupt("{} is not among the files", path);
    if (file->bytes != bytes)
      return corrupt("{} has {} bytes in one place and {} in another", path, file->bytes, bytes);
    return {};
  }

 private:
  const std::vector<FileEntry>& files_;
};

Result<void> check_rendition(const RenditionEntry& entry, const Files& files) {
  CHALK_TRY(check_format(entry.format));
  const std::string& id = entry.format.id;
  if (entry.segments.empty()) return corrupt("rendition {}: no segments", id);
  std::uint64_t bytes = entry.init_bytes;
  for (std::size_t i = 0; i < entry.segments.size(); ++i) {
    const SegmentEntry& segment = entry.segments[i];
    if (segment.start < 0 || segment.duration <= 0)
      return corrupt("rendition {}: segment {} starts before 0 or has no duration", id, i + 1);
    if (i > 0 && segment.start <= entry.segments[i - 1].start)
      return corrupt("rendition {}: segment {} does not start after the one before", id, i + 1);
    if (segment.iframe_bytes > segment.bytes)
      return corrupt("rendition {}: the I-frame of segment {} is larger than the segment", id, i + 1);
    CHALK_TRY(files.expect(segment_path(entry.format, i + 1), segment.bytes));
    bytes += segment.bytes;
  }
  if (bytes != entry.bytes) return corrupt("rendition {}: bytes is {}, its parts are {}", id, entry.bytes, bytes);
  if (entry.format.kind != MediaKind::kText)
    CHALK_TRY(files.expect(fmt::format("{}/{}", id, kInitName), entry.init_bytes));
  if (!entry.iframe_playlist.empty()) CHALK_TRY(files.expect(entry.iframe_playlist));
  return files.expect(entry.playlist);
}

}  // namespace

Result<void> check_index(const VersionIndex& index) {
  if (index.duration.timescale == 0) return corrupt("duration: the timescale is 0");
  if (!index.source.sha256.empty() && !is_sha256_hex(index.source.sha256))
    return corrupt("source: sha256 is not 64 lower-case hex digits");
  const Files files(index.files);
  CHALK_TRY(files.check());
  std::set<std::string_view> ids;
  bool playable = false;
  for (const RenditionEntry& entry : index.renditions) {
    if (!ids.insert(entry.format.id).second) return corrupt("two renditions have the id {}", entry.format.id);
    CHALK_TRY(check_rendition(entry, files));
    playable = playable || entry.format.kind != MediaKind::kText;
  }
  if (!playable) return corrupt("there is neither video nor audio");
  if (!index.poster.empty()) CHALK_TRY(files.expect(index.poster));
  for (const Chapter& chapter : index.chapters)
    if (chapter.end_ms < chapter.start_ms) return corrupt("the chapter \"{}\" ends before it starts", chapter.title);
  return files.expect(kMultivariantName);
}

}  // namespace chalkline::manifests
