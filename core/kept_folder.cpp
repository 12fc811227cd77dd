// Removals and a rename.
#include "core/kept_folder.hpp"

#include <string>
#include <system_error>
#include <vector>

namespace chalkline {

namespace fs = std::filesystem;

static Error cannot_clear(const fs::path& path, const std::error_code& failed) {
  return error_from_errno(failed.value(), "cannot remove " + path.string());
}

Result<void> remove_but_kept(const fs::path& folder) {
  std::error_code failed;
  const fs::file_status there = fs::symlink_status(folder, failed);
  if (!fs::exists(there)) return {};
  std::vector<fs::path> others;
  bool keeps = false;
  if (fs::is_directory(there)) {
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
      std::error_code unknown;
      const bool is_kept = it->path().filename() == kKeptFolder && fs::is_directory(it->symlink_status(unknown));
      keeps = keeps || is_kept;
      if (!is_kept) others.push_back(it->path());
    }
    if (failed) return cannot_clear(folder, failed);
  }
  if (!keeps) others = {folder};
  for (const fs::path& path : others) {
    fs::remove_all(path, failed);
    if (failed) return cannot_clear(path, failed);
  }
  return {};
}

Result<void> remove_and_bequeath(const fs::path& folder, const fs::path& heir) {
  std::error_code failed;
  const fs::path kept = folder / kKeptFolder;
  const bool is_there = fs::is_directory(fs::symlink_status(kept, failed));
  // A rename: whoever still works in the old folder, without knowing that it has lost the work, writes into nothing.
  if (is_there && !fs::exists(fs::symlink_status(heir / kKeptFolder, failed)))
    fs::rename(kept, heir / kKeptFolder, failed);
  fs::remove_all(folder, failed);
  if (failed) return cannot_clear(folder, failed);
  return {};
}

}  // namespace chalkline
