// One line in one file for each unfinished upload.
#include "cli/upload/upload_memory.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/file.hpp"
#include "core/log.hpp"
#include "core/sha256.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

static fs::path state_folder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return fs::path(state) / "chalkline" / "uploads";
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home == '/' ? home : "/tmp") / ".local" / "state" / "chalkline" / "uploads";
}

Result<UploadMemory> UploadMemory::of(const std::string& server, const fs::path& recording) {
  struct stat info {};
  if (::stat(recording.c_str(), &info) != 0) return error_from_errno(errno, "cannot stat " + recording.string());
  std::error_code failed;
  const fs::path whole = fs::canonical(recording, failed);
  const std::string same = fmt::format("{}\n{}\n{}\n{}.{:09}", server, (failed ? recording : whole).string(),
                                       info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  return UploadMemory(state_folder() / (sha256_hex(same).substr(0, 32) + ".upload"));
}

std::string UploadMemory::recall() const {
  auto text = read_file(file_, 4096);
  if (!text) return {};
  while (text->ends_with('\n')) text->pop_back();
  return text->starts_with('/') ? *text : std::string();
}

void UploadMemory::remember(const std::string& location) const {
  auto written = make_directories(file_.parent_path());
  if (written) written = write_file_atomically(file_, location + "\n");
  if (!written) log_warn("an interrupted upload will begin anew", {{"error", written.error().to_sentence()}});
}

void UploadMemory::forget() const {
  std::error_code ignored;
  fs::remove(file_, ignored);
}

}  // namespace chalkline::cli
