// A copy becomes visible by one rename of its folder; what has a leading dot was never finished.
#include "library/incoming.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <system_error>

#include "core/file.hpp"
#include "library/copy_file.hpp"
#include "library/random_name.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static Result<std::uint64_t> total_size(std::span<const fs::path> files) {
  std::uint64_t total = 0;
  for (const fs::path& file : files) {
    CHALK_TRY(open_for_reading(file));  // refuses what is not a regular file, with a sentence
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(file, failed);
    if (failed) return error_from_errno(failed.value(), "cannot stat " + file.string());
    total += size;
  }
  return total;
}

static Result<std::vector<fs::path>> copy_all(const fs::path& into, std::span<const fs::path> files,
                                              const CopyListener& progress, std::stop_token stop) {
  CopyProgress state;
  CHALK_TRY_ASSIGN(state.total, total_size(files));
  std::vector<fs::path> inside;
  for (const fs::path& file : files) {
    const fs::path place = fs::path(std::to_string(inside.size())) / file.filename();
    CHALK_TRY(make_directories((into / place).parent_path()));
    const auto copied = [&](std::uint64_t piece) {
      state.copied += piece;
      progress(state);
    };
    CHALK_TRY(library::copy_file(file, into / place, copied, stop));
    inside.push_back(place);
  }
  CHALK_TRY(fsync_tree(into));
  return inside;
}

Result<std::vector<fs::path>> take_in(const fs::path& root, std::span<const fs::path> files,
                                      const CopyListener& progress, std::stop_token stop) {
  const std::string id = random_name();
  const fs::path beside = root / "incoming" / ("." + id);
  const fs::path folder = fs::path("incoming") / id;
  auto copied = copy_all(beside, files, progress, stop);
  if (copied) {
    if (auto renamed = rename_durably(beside, root / folder); !renamed) copied = renamed.error();
  }
  if (!copied) {
    std::error_code ignored;
    fs::remove_all(beside, ignored);
    return copied;
  }
  for (fs::path& path : *copied) path = folder / path;
  return copied;
}

Result<fs::path> take_over(const fs::path& root, const fs::path& file, const std::string& id, const std::string& name) {
  const fs::path inside = fs::path("incoming") / id / "0" / name;
  std::error_code ignored;
  if (fs::exists(root / inside, ignored)) return inside;
  const fs::path beside = root / "incoming" / ("." + id);
  CHALK_TRY(make_directories(beside / "0"));
  if (!fs::exists(beside / "0" / name, ignored)) CHALK_TRY(rename_durably(file, beside / "0" / name));
  CHALK_TRY(fsync_path(beside));
  CHALK_TRY(rename_durably(beside, root / "incoming" / id));
  return inside;
}

// "incoming/<id>" of "incoming/<id>/<n>/<name>"; empty for a path that take_in cannot have returned.
static fs::path folder_of_source(const fs::path& source) {
  auto part = source.begin();
  if (part == source.end() || *part != "incoming") return {};
  if (++part == source.end() || part->empty() || *part == "." || *part == "..") return {};
  return fs::path("incoming") / *part;
}

Result<void> let_go(const fs::path& root, const fs::path& source) {
  const fs::path folder = folder_of_source(source);
  if (folder.empty())
    return Error(Errc::kInvalidArgument,
                 "cannot remove " + source.string() + ": it is not one of the library's sources");
  std::error_code failed;
  fs::remove_all(root / folder, failed);
  if (failed) return error_from_errno(failed.value(), "cannot remove " + (root / folder).string());
  return {};
}

static Result<int> remove_unless_kept(const fs::path& folder, const std::set<std::string>& kept,
                                      std::chrono::seconds age) {
  const auto limit = fs::file_time_type::clock::now() - age;
  int removed = 0;
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    std::string entry = it->path().filename().string();
    // "job-12-0123456789abcdef" is kept by "job-12".
    if (entry.starts_with("job-")) entry.resize(std::min(entry.find('-', 4), entry.size()));
    std::error_code gone;
    const auto touched = it->last_write_time(gone);
    if (gone || kept.contains(entry) || touched > limit) continue;
    if (fs::remove_all(it->path(), gone) > 0 && !gone) ++removed;
  }
  if (failed) return error_from_errno(failed.value(), "cannot read " + folder.string());
  return removed;
}

Result<int> sweep(Library& library, std::chrono::seconds age) {
  CHALK_TRY_ASSIGN(const std::vector<Job> jobs, library.jobs->list());
  std::set<std::string> sources;
  std::set<std::string> staged;
  for (const Job& job : jobs) {
    const bool open = job.state == JobState::kQueued || job.state == JobState::kRunning;
    // A recording that failed waits for whoever adds it again; one whose lesson is published is not needed any more.
    const bool may_be_wanted = job.state == JobState::kFailed && job.kind == JobKind::kTranscode;
    if (open || may_be_wanted) sources.insert(folder_of_source(job.source).filename().string());
    if (open) staged.insert("job-" + std::to_string(job.id));
  }
  // An upload whose job is yet to be made.
  CHALK_TRY_ASSIGN(const std::vector<Upload> uploads, library.uploads->unfinished());
  for (const Upload& upload : uploads) {
    sources.insert(upload.id);
    sources.insert("." + upload.id);
  }
  CHALK_TRY_ASSIGN(const int copies, remove_unless_kept(library.root / "incoming", sources, age));
  CHALK_TRY_ASSIGN(const int versions, remove_unless_kept(library.root / "staging", staged, age));
  return copies + versions;
}

}  // namespace chalkline::library
