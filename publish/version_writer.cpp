// Segments to files as they come; playlists and the index when all is known.
#include "publish/version_writer.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "manifests/bandwidth.hpp"
#include "manifests/iframe_playlist.hpp"
#include "manifests/index_json.hpp"
#include "manifests/media_playlist.hpp"
#include "manifests/multivariant_files.hpp"
#include "manifests/version_path.hpp"
#include "manifests/webvtt.hpp"
#include "publish/compress.hpp"

namespace chalkline::publish {

namespace fs = std::filesystem;

struct VersionWriter::State {
  fs::path root;
  std::mutex mutex;  // guards what follows: renditions finish on their own threads
  std::vector<FileEntry> files;
  std::vector<RenditionEntry> renditions;  // finished ones
  struct Text {
    RenditionFormat format;
    std::vector<Cue> cues;
  };
  std::vector<Text> texts;

  Result<void> write(const std::string& path, std::string_view media_type, std::string_view bytes) {
    if (!manifests::is_version_path(path)) return Error(Errc::kInternal, "not a path for a version: " + path);
    CHALK_TRY(write_file(root / path, bytes));
    FileEntry entry{path, bytes.size(), sha256_hex(bytes), std::string(media_type)};
    const std::lock_guard lock(mutex);
    files.push_back(std::move(entry));
    return {};
  }

  // The text and, where they are worth a file, its compressed forms.
  Result<void> write_text(const std::string& path, std::string_view media_type, std::string_view text) {
    CHALK_TRY(write(path, media_type, text));
    for (const auto& [ending, packed] : compressed(text)) CHALK_TRY(write(path + ending, media_type, packed));
    return {};
  }

  static std::vector<std::pair<const char*, std::string>> compressed(std::string_view text) {
    std::vector<std::pair<const char*, std::string>> forms;
    for (auto& [ending, packed] : {std::pair<const char*, std::string>{".gz", gzip(text)}, {".br", brotli(text)}})
      if (!packed.empty() && packed.size() * 10 < text.size() * 9) forms.emplace_back(ending, packed);
    return forms;
  }
};

namespace {

constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";  // RFC 8216bis 4
constexpr std::string_view kCueType = "text/vtt";
constexpr std::size_t kMaxTextBytes =
    32'000'000;  // of one language: a cue is repeated in each segment that it reaches into

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// One rendition's folder. Files are counted into the version as they are written.
template <class State>
class FolderSink final : public transcode::RenditionSink {
 public:
  FolderSink(State& state, RenditionFormat format) : state_(state) { entry_.format = std::move(format); }

  Result<void> write_init(std::span<const std::byte> bytes) override {
    entry_.init_bytes = bytes.size();
    return state_.write(entry_.format.id + "/" + std::string(manifests::kInitName), type(), as_text(bytes));
  }
  Result<void> write_segment(const transcode::Segment& segment, std::span<const std::byte> bytes) override {
    entry_.segments.push_back({segment.start, segment.duration, bytes.size(), segment.iframe_bytes});
    return state_.write(manifests::segment_path(entry_.format, static_cast<std::size_t>(segment.number)), type(),
                        as_text(bytes));
  }
  Result<void> finish(const RenditionFormat& format) override {
    entry_.format = format;
    const std::lock_guard lock(state_.mutex);
    state_.renditions.push_back(std::move(entry_));
    return {};
  }

 private:
  [[nodiscard]] std::string_view type() const {
    return entry_.format.kind == MediaKind::kVideo ? "video/mp4" : "audio/mp4";
  }
  State& state_;
  RenditionEntry entry_;
};

// Video from the cheapest rung up, H.264 before HEVC and AV1, then audio with the default track first, then text as it
// was added. Never the order in which encoders came to their end: the same recording is the same version each time.
bool comes_before(const RenditionEntry& a, const RenditionEntry& b) {
  if (a.format.kind != b.format.kind) return a.format.kind < b.format.kind;
  if (a.format.kind == MediaKind::kVideo)
    return std::tie(a.format.codec, a.bytes, a.format.id) < std::tie(b.format.codec, b.bytes, b.format.id);
  if (a.format.kind == MediaKind::kAudio) {
    if (a.format.is_default != b.format.is_default) return a.format.is_default;
    return a.format.id < b.format.id;
  }
  return false;
}

}  // namespace

// The facts of a rendition that follow from its segments and its folder.
static void describe(RenditionEntry& rendition) {
  rendition.playlist = rendition.format.id + "/" + std::string(manifests::kMediaPlaylistName);
  if (rendition.format.kind == MediaKind::kVideo)
    rendition.iframe_playlist = rendition.format.id + "/" + std::string(manifests::kIFramePlaylistName);
  manifests::measure(rendition);
}

VersionWriter::VersionWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
VersionWriter::~VersionWriter() = default;

Result<std::unique_ptr<VersionWriter>> VersionWriter::create(const fs::path& staging) {
  std::error_code failed;
  if (fs::exists(staging, failed))
    return Error(Errc::kAlreadyExists, "cannot make a version in " + staging.string() + ": it exists already");
  CHALK_TRY(make_directories(staging));
  auto state = std::make_unique<State>();
  state->root = staging;
  return std::unique_ptr<VersionWriter>(new VersionWriter(std::move(state)));
}

Result<std::unique_ptr<transcode::RenditionSink>> VersionWriter::add_rendition(const RenditionFormat& format) {
  CHALK_TRY(make_directories(state_->root / format.id));
  return std::unique_ptr<transcode::RenditionSink>(std::make_unique<FolderSink<State>>(*state_, format));
}

Result<void> VersionWriter::add_text(const RenditionFormat& format, std::vector<Cue> cues) {
  CHALK_TRY(make_directories(state_->root / format.id));
  const std::lock_guard lock(state_->mutex);
  state_->texts.push_back({format, std::move(cues)});
  return {};
}

Result<void> VersionWriter::add_file(std::string_view path, std::string_view media_type,
                                     std::span<const std::byte> bytes) {
  CHALK_TRY(make_directories((state_->root / path).parent_path()));
  return state_->write(std::string(path), media_type, as_text(bytes));
}

// Cuts the cues at the lesson's boundaries into WebVTT segments, and writes them whole for players that know no HLS
// text.
template <class State>
static Result<RenditionEntry> write_cues(State& state, const RenditionFormat& format, const std::vector<Cue>& cues,
                                         std::span<const MediaTime> boundaries, MediaTime duration) {
  RenditionEntry entry;
  entry.format = format;
  std::size_t written = 0;
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    const Ticks start = boundaries[i].in(1000);
    const Ticks end = (i + 1 < boundaries.size() ? boundaries[i + 1] : duration).in(1000);
    if (end <= start) continue;
    const std::string text = manifests::webvtt_segment(cues, start, end);
    entry.segments.push_back({start, end - start, text.size(), 0});
    written += text.size();
    if (written > kMaxTextBytes)
      return Error(Errc::kUnusableInput,
                   "the captions of " + format.id + " stand for so long that they fill every segment",
                   "give captions that end when they have been said");
    CHALK_TRY(state.write(manifests::segment_path(format, entry.segments.size()), kCueType, text));
  }
  const std::string whole = manifests::webvtt_segment(cues, 0, std::max<Ticks>(1, duration.in(1000)));
  CHALK_TRY(state.write_text(format.id + "/" + std::string(manifests::kCaptionsName), kCueType, whole));
  return entry;
}

Result<VersionIndex> VersionWriter::seal(const transcode::LessonFacts& facts, const std::string& title) {
  State& state = *state_;
  VersionIndex index;
  index.generator = "chalkline " CHALKLINE_VERSION;
  index.title = title;
  index.language = facts.language;
  index.duration = facts.duration;
  index.duration_ms = facts.duration.in(1000);
  index.source = facts.source;
  index.chapters = facts.chapters;
  index.poster = facts.poster;
  index.warnings = facts.warnings;

  index.renditions = std::move(state.renditions);
  for (const auto& text : state.texts) {
    CHALK_TRY_ASSIGN(auto entry, write_cues(state, text.format, text.cues, facts.boundaries, facts.duration));
    index.renditions.push_back(std::move(entry));
  }
  for (RenditionEntry& rendition : index.renditions) describe(rendition);
  std::stable_sort(index.renditions.begin(), index.renditions.end(), comes_before);
  std::vector<std::string> all;
  for (const RenditionEntry& rendition : index.renditions) all.push_back(rendition.format.id);
  CHALK_TRY(write_playlists(index, all));
  index.files = state.files;
  CHALK_TRY(write_index(index));
  return index;
}

// Where the segments of a version begin: the same in all of its renditions (core/index.hpp).
static std::vector<MediaTime> boundaries_of(const VersionIndex& version) {
  std::vector<MediaTime> boundaries;
  if (version.renditions.empty()) return boundaries;
  const RenditionEntry& first = version.renditions.front();
  for (const SegmentEntry& segment : first.segments) boundaries.push_back({segment.start, first.format.timescale});
  return boundaries;
}

Result<VersionIndex> VersionWriter::seal_added_to(const VersionIndex& version) {
  State& state = *state_;
  VersionIndex index = version;
  index.generator = "chalkline " CHALKLINE_VERSION;
  std::vector<std::string> added;
  for (RenditionEntry& rendition : state.renditions) {
    describe(rendition);
    added.push_back(rendition.format.id);
    index.renditions.push_back(std::move(rendition));
  }
  const std::vector<MediaTime> boundaries = boundaries_of(version);
  for (const auto& text : state.texts) {
    CHALK_TRY_ASSIGN(auto entry, write_cues(state, text.format, text.cues, boundaries, version.duration));
    describe(entry);
    added.push_back(entry.format.id);
    index.renditions.push_back(std::move(entry));
  }
  std::stable_sort(index.renditions.begin(), index.renditions.end(), comes_before);
  CHALK_TRY(write_playlists(index, added));
  // What is written anew takes the place of the old, its compressed forms included: there may be none now.
  std::set<std::string> replaced;
  for (const auto& [name, options] : manifests::multivariant_files(index))
    replaced.insert({name, name + ".gz", name + ".br"});
  std::erase_if(index.files, [&](const FileEntry& file) { return replaced.contains(file.path); });
  index.files.insert(index.files.end(), state.files.begin(), state.files.end());
  CHALK_TRY(write_index(index));
  return index;
}

// Media playlists of the renditions named; the multivariant ones always.
Result<void> VersionWriter::write_playlists(const VersionIndex& index, const std::vector<std::string>& of) {
  State& state = *state_;
  const std::int64_t target = manifests::target_duration(index.renditions);
  for (const RenditionEntry& rendition : index.renditions) {
    if (std::find(of.begin(), of.end(), rendition.format.id) == of.end()) continue;
    CHALK_TRY(state.write_text(rendition.playlist, kPlaylistType,
                               manifests::render(manifests::make_media_playlist(rendition, target))));
    if (!rendition.iframe_playlist.empty())
      CHALK_TRY(state.write_text(rendition.iframe_playlist, kPlaylistType,
                                 manifests::render(manifests::make_iframe_playlist(rendition, target))));
  }
  for (const auto& [name, options] : manifests::multivariant_files(index))
    CHALK_TRY(state.write_text(name, kPlaylistType,
                               manifests::render(manifests::make_multivariant_playlist(index, options))));
  return {};
}

// Sorts the files first.
Result<void> VersionWriter::write_index(VersionIndex& index) {
  State& state = *state_;
  std::sort(index.files.begin(), index.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  CHALK_TRY(manifests::check_index(index));
  const std::string json = manifests::render_index(index);
  const std::string index_name(manifests::kIndexName);
  for (const auto& [ending, packed] : State::compressed(json))
    CHALK_TRY(write_file(state.root / (index_name + ending), packed));
  CHALK_TRY(write_file(state.root / index_name, json));
  return fsync_tree(state.root);
}

}  // namespace chalkline::publish
