// The VersionSink that makes "a version on disk" (docs/version-format.md): segments as files with short numeric names,
// playlists through manifests/, precompressed .gz/.br beside each text file, and index.json last.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/index.hpp"
#include "transcode/sink.hpp"

namespace chalkline::publish {

class VersionWriter final : public transcode::VersionSink {
 public:
  // `staging` is created and must not exist yet.
  static Result<std::unique_ptr<VersionWriter>> create(const std::filesystem::path& staging);
  ~VersionWriter() override;

  Result<std::unique_ptr<transcode::RenditionSink>> add_rendition(const RenditionFormat& format) override;
  Result<void> add_text(const RenditionFormat& format, std::vector<Cue> cues) override;
  Result<void> add_file(std::string_view path, std::string_view media_type, std::span<const std::byte> bytes) override;

  // After every rendition has finished: writes playlists and index.json, fsyncs the tree. The folder is then a complete
  // version and is never changed again.
  Result<VersionIndex> seal(const transcode::LessonFacts& facts, const std::string& title);

  // The same for renditions that are added to those of `version`, whose files stay what they are: only what is new is
  // written (their files, multivariant playlists, index.json). The folder is a version when complete_version() has put
  // the rest beside it.
  Result<VersionIndex> seal_added_to(const VersionIndex& version);

 private:
  struct State;
  Result<void> write_playlists(const VersionIndex& index, const std::vector<std::string>& of);
  Result<void> write_index(VersionIndex& index);
  explicit VersionWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace chalkline::publish
