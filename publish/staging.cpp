// A folder and a lock file, both hidden beside the place they are for.
#include "publish/staging.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/kept_folder.hpp"

namespace chalkline::publish {

namespace fs = std::filesystem;

Result<Staging> Staging::open(const fs::path& out) {
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
  CHALK_TRY(remove_but_kept(staging.folder_));
  return staging;
}

Staging::~Staging() {
  if (!lock_) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  ::unlink(lock_path_.c_str());
}

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

}  // namespace chalkline::publish
