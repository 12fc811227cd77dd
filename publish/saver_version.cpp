// New files made, old ones linked.
#include "publish/saver_version.hpp"

#include <algorithm>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "manifests/version_path.hpp"
#include "publish/staging.hpp"
#include "publish/version_writer.hpp"
#include "transcode/saver.hpp"

namespace chalkline::publish {

namespace fs = std::filesystem;

Result<std::optional<MadeVersion>> make_saver_version(const SaverVersionRequest& request,
                                                      const transcode::ProgressListener& progress,
                                                      std::stop_token stop) {
  CHALK_TRY(check_out(request.out));
  CHALK_TRY_ASSIGN(const std::string text, read_file(request.index, manifests::kMaxIndexBytes));
  CHALK_TRY_ASSIGN(const VersionIndex old, manifests::parse_index(text));
  CHALK_TRY_ASSIGN(const Staging staging, Staging::open(request.out));
  CHALK_TRY_ASSIGN(const auto writer, VersionWriter::create(staging.folder()));
  const transcode::SaverRequest saver{request.input, old, request.options, request.keep};
  CHALK_TRY_ASSIGN(const int added, transcode::add_saver_ladder(saver, *writer, progress, stop));
  if (added == 0) return std::optional<MadeVersion>();
  if (progress) progress({transcode::Progress::Stage::kPublishing, 1, 0, -1});
  MadeVersion made;
  CHALK_TRY_ASSIGN(made.index, writer->seal_added_to(old));
  CHALK_TRY_ASSIGN(made.id, sha256_file(staging.folder() / manifests::kIndexName));
  CHALK_TRY(rename_durably(staging.folder(), request.out));
  return std::optional<MadeVersion>(std::move(made));
}

Result<void> complete_version(const fs::path& folder, const VersionIndex& made, const VersionIndex& old,
                              const Place& place) {
  for (const FileEntry& file : made.files) {
    const fs::path to = folder / file.path;
    std::error_code failed;
    if (fs::exists(fs::symlink_status(to, failed))) continue;
    const auto kept =
        std::lower_bound(old.files.begin(), old.files.end(), file.path,
                         [](const FileEntry& entry, const std::string& path) { return entry.path < path; });
    if (kept == old.files.end() || *kept != file)
      return Error(Errc::kCorrupt, "the new version lacks " + file.path + ", which the old one has not either");
    CHALK_TRY(make_directories(to.parent_path()));
    CHALK_TRY(place(file.path, to));
  }
  return fsync_tree(folder);
}

}  // namespace chalkline::publish
