// Staging, transcoding, sealing, renaming.
#include "publish/make_version.hpp"

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "manifests/version_path.hpp"
#include "publish/staging.hpp"
#include "publish/version_writer.hpp"

namespace chalkline::publish {

Result<MadeVersion> make_version(const VersionRequest& request, const transcode::ProgressListener& progress,
                                 std::stop_token stop) {
  CHALK_TRY(check_out(request.out));
  { CHALK_TRY_ASSIGN(const UniqueFd readable, open_for_reading(request.source.input)); }
  CHALK_TRY_ASSIGN(const Staging staging, Staging::open(request.out));
  CHALK_TRY_ASSIGN(const auto writer, VersionWriter::create(staging.folder()));
  CHALK_TRY_ASSIGN(const transcode::LessonFacts facts, transcode::transcode(request.source, *writer, progress, stop));
  if (progress) progress({transcode::Progress::Stage::kPublishing, 1, 0, -1});
  std::string title = !request.title.empty() ? request.title : facts.title;
  if (title.empty()) title = request.source.input.stem().string();

  MadeVersion made;
  CHALK_TRY_ASSIGN(made.index, writer->seal(facts, title));
  CHALK_TRY_ASSIGN(made.id, sha256_file(staging.folder() / manifests::kIndexName));
  CHALK_TRY(rename_durably(staging.folder(), request.out));
  return made;
}

}  // namespace chalkline::publish
