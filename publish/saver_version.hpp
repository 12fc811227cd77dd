// The second stage as files: from a version and its recording to a new version that has a saver ladder too. The work is
// done where nothing of the old version but its index can be touched; its files are put beside the new ones afterwards.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "core/encoding_options.hpp"
#include "core/index.hpp"
#include "publish/make_version.hpp"
#include "transcode/transcode.hpp"

namespace chalkline::publish {

struct SaverVersionRequest {
  std::filesystem::path input;  // the recording
  std::filesystem::path index;  // index.json of its version
  EncodingOptions options;
  std::filesystem::path out;     // must not exist, or be an empty folder
  std::filesystem::path keep{};  // as transcode::Request::keep
};

// `out` then holds all files that the old version has not, and an index of both. None, and no folder, where
// it would not make the lesson smaller.
Result<std::optional<MadeVersion>> make_saver_version(const SaverVersionRequest& request,
                                                      const transcode::ProgressListener& progress,
                                                      std::stop_token stop);

// Puts a file of the old version, named by its path in it, at a place whose folder exists.
using Place = std::function<Result<void>(const std::string& path, const std::filesystem::path& to)>;

// Puts what the folder lacks of its index beside the rest, each of which must be a file of `old` by path, size and
// hash: what made the folder may not be trusted. kCorrupt otherwise. Durable.
Result<void> complete_version(const std::filesystem::path& folder, const VersionIndex& made, const VersionIndex& old,
                              const Place& place);

}  // namespace chalkline::publish
