// Staging, transcoding, sealing, renaming.
#include "publish/make_version.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "manifests/version_path.hpp"
#include "publish/version_writer.hpp"

namespace chalkline::publish {

namespace fs = std::filesystem;

namespace {

// ".<out>.partial" beside `out`, locked while a run works in it, so that only a dead run's is swept away.
class Staging {
 public:
  static Result<Staging> open(const fs::path& out) {
    const fs::path full = fs::absolute(out).lexically_normal();
    const fs::path name = full.has_filename() ? full.filename() : full.parent_path().filename();
    const fs::path parent = full.has_filename() ? full.parent_path() : full.parent_path().parent_path();
    CHALK_TRY(make_directories(parent));
    Staging staging;
    staging.folder_ = parent / ("." + name.string() + ".partial");
    staging.lock_path_ = parent / ("." + name.string() + ".lock");
    staging.lock_ = UniqueFd(::open(staging.lock_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!staging.lock_)
      return error_from_errno(errno, "cannot write in " + parent.string(), "give --out a place that can be written");
    if (::flock(staging.lock_.get(), LOCK_EX | LOCK_NB) != 0) {
      staging.lock_.reset();
      return Error(Errc::kBusy, "another run is making " + out.string(), "wait for it, or give another --out");
    }
    std::error_code failed;
    fs::remove_all(staging.folder_, failed);  // what a killed run left
    if (failed) return error_from_errno(failed.value(), "cannot clear " + staging.folder_.string());
    return staging;
  }

  Staging(Staging&&) noexcept = default;
  Staging& operator=(Staging&&) = delete;
  ~Staging() {
    if (!lock_) return;
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    ::unlink(lock_path_.c_str());
  }
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  Staging() = default;
  fs::path folder_, lock_path_;
  UniqueFd lock_;
};

Result<void> check_out(const fs::path& out) {
  std::error_code failed;
  if (!fs::exists(out, failed)) return {};
  if (!fs::is_directory(out, failed))
    return Error(Errc::kAlreadyExists, "cannot make a version at " + out.string() + ": a file of that name exists",
                 "give --out the name of a new folder");
  if (!fs::is_empty(out, failed) && !failed)
    return Error(Errc::kAlreadyExists, "cannot make a version in " + out.string() + ": the folder is not empty",
                 "give --out the name of a new folder");
  if (failed) return error_from_errno(failed.value(), "cannot look into " + out.string());
  return {};
}

}  // namespace

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
