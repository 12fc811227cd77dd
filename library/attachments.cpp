// A sweep hides what nobody has named for a while, while nobody can name anything, and removes what is hidden
// afterwards; nothing waits for the disk meanwhile, since a file that a power cut brings back is only swept again.
// Copies first, hashes the copy: what is named by the hash is what lies there.
#include "library/attachments.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <set>
#include <stop_token>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/sha256.hpp"
#include "library/copy_file.hpp"
#include "library/random_name.hpp"
#include "library/verified_files.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

fs::path attachment_file(const fs::path& root, std::string_view sha256) { return root / "attachments" / sha256; }

Result<UniqueFd> AttachmentFiles::open(const Attachment& attachment) {
  constexpr std::int64_t kLargestHashedEachTime = 4'000'000;
  if (attachment.sha256.empty()) return Error(Errc::kNotFound, "the file of " + attachment.name + " has not come yet");
  const fs::path path = attachment_file(root_, attachment.sha256);
  CHALK_TRY_ASSIGN(UniqueFd file, open_for_reading(path));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + path.string());
  if (info.st_size != attachment.bytes)
    return Error(Errc::kCorrupt, path.string() + " has not the length that was attached");
  const FileState state = state_of(info);  // before it is read: what changes meanwhile is read again
  if (attachment.bytes > kLargestHashedEachTime) {
    const std::scoped_lock lock(mutex_);
    if (const auto at = verified_.find(attachment.sha256); at != verified_.end() && at->second == state) return file;
  }
  CHALK_TRY_ASSIGN(const std::string sha256, sha256_file("/proc/self/fd/" + std::to_string(file.get())));
  if (sha256 != attachment.sha256) return Error(Errc::kCorrupt, path.string() + " is not what was attached");
  if (attachment.bytes > kLargestHashedEachTime) {
    const std::scoped_lock lock(mutex_);
    verified_.insert_or_assign(attachment.sha256, state);
  }
  return file;
}

static constexpr std::string_view kTurn = ".turn";

// `how` as flock() takes it. kBusy where it may not wait and would have to.
static Result<UniqueFd> take_turn(const fs::path& root, int how) {
  CHALK_TRY(make_directories(root / "attachments"));
  const fs::path path = root / "attachments" / kTurn;
  UniqueFd turn(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!turn) return error_from_errno(errno, "cannot open " + path.string());
  while (::flock(turn.get(), how) != 0) {
    if (errno == EWOULDBLOCK) return Error(Errc::kBusy, "somebody is attaching a file");
    if (errno != EINTR) return error_from_errno(errno, "cannot lock " + path.string());
  }
  return turn;
}

Result<UniqueFd> turn_to_attach(const fs::path& root) { return take_turn(root, LOCK_SH); }

// A file that nobody names stays for so long: whoever took it away by a mistaken import or edit may name it again.
static constexpr auto kGrace = std::chrono::hours(24 * 7);
// Beside "<hash>", empty, as old as its being named by nobody was first seen.
static constexpr std::string_view kUnnamed = ".unnamed";

namespace {

struct Found {
  std::set<std::string> files;    // by their hash
  std::set<std::string> marked;   // those that have a mark
  std::vector<fs::path> leaving;  // what is ours and nobody is at work with, since the turn is ours
};

}  // namespace

// ".<16 digits>", as take_attachment() makes them, or ".<hash>", as a sweep hides them. Other hidden files are not
// ours.
static bool is_leaving(std::string_view name) {
  if (!name.starts_with('.')) return false;
  name.remove_prefix(1);
  return is_sha256_hex(name) ||
         (name.size() == 16 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

static Result<Found> list_attachments(const fs::path& folder) {
  Found found;
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (is_sha256_hex(name)) found.files.insert(name);
    if (name.ends_with(kUnnamed)) found.marked.insert(name.substr(0, name.size() - kUnnamed.size()));
    if (is_leaving(name)) found.leaving.push_back(it->path());
  }
  if (failed) return error_from_errno(failed.value(), "cannot read " + folder.string());
  return found;
}

static fs::path mark_of(const fs::path& folder, const std::string& name) {
  return folder / (name + std::string(kUnnamed));
}

static bool is_old(const fs::path& file) {
  std::error_code failed;
  const auto made = fs::last_write_time(file, failed);
  return !failed && fs::file_time_type::clock::now() - made > kGrace;
}

// Takes out of `found` what is named, or has not been unnamed for long: what is left may go. The last error: what has
// no mark stays.
static Result<void> keep_recent(const fs::path& folder, const std::set<std::string>& named, Found& found) {
  Result<void> done;
  std::error_code failed;
  for (const std::string& name : found.marked)
    if (named.contains(name) || !found.files.contains(name)) fs::remove(mark_of(folder, name), failed);
  for (auto at = found.files.begin(); at != found.files.end();) {
    const bool marked = found.marked.contains(*at);
    // The file may have come again since, too.
    if (!named.contains(*at) && marked && is_old(mark_of(folder, *at)) && is_old(folder / *at)) {
      ++at;
      continue;
    }
    if (!named.contains(*at) && !marked)
      if (auto made = write_file(mark_of(folder, *at), ""); !made) done = made.error();
    at = found.files.erase(at);
  }
  return done;
}

Result<int> sweep_attachments(Library& library) {
  const fs::path folder = library.root / "attachments";
  std::error_code failed;
  if (!fs::exists(folder, failed)) return 0;
  const auto turn = take_turn(library.root, LOCK_EX | LOCK_NB);
  if (!turn && turn.error().code == Errc::kBusy) return 0;
  if (!turn) return turn.error();
  CHALK_TRY_ASSIGN(Found found, list_attachments(folder));
  // Killed between its file and its entry: the file is here, and the upload goes on.
  CHALK_TRY_ASSIGN(const std::vector<Upload> uploads, library.uploads->unfinished());
  for (const Upload& upload : uploads) found.files.erase(upload.sha256);
  std::set<std::string> named;
  CHALK_TRY(library.records->with_attached([&](const std::set<std::string>& hashes) -> Result<void> {
    named = hashes;
    return {};
  }));
  std::vector<std::string> hidden;
  Result<void> done = keep_recent(folder, named, found);  // what one file refuses the others do not suffer for
  if (!found.files.empty())
    CHALK_TRY(library.records->with_attached([&](const std::set<std::string>& hashes) -> Result<void> {
      for (const std::string& name : found.files) {
        if (hashes.contains(name)) continue;
        fs::rename(folder / name, folder / ("." + name), failed);
        if (failed) done = error_from_errno(failed.value(), "cannot rename " + (folder / name).string());
        if (!failed) hidden.push_back(name);
      }
      return {};
    }));
  for (const std::string& name : hidden) {
    found.leaving.push_back(folder / ("." + name));
    fs::remove(mark_of(folder, name), failed);
  }
  int removed = 0;
  for (const fs::path& path : found.leaving) {
    fs::remove(path, failed);
    if (failed) done = error_from_errno(failed.value(), "cannot remove " + path.string());
    if (!failed) ++removed;
  }
  if (!done) return done.error();
  return removed;
}

std::string_view media_type_of(std::string_view name) noexcept {
  struct Type {
    std::string_view extension, media_type;
  };
  constexpr std::array kTypes = {
      Type{"pdf", "application/pdf"},
      Type{"epub", "application/epub+zip"},
      Type{"txt", "text/plain"},
      Type{"csv", "text/csv"},
      Type{"html", "text/html"},
      Type{"png", "image/png"},
      Type{"jpg", "image/jpeg"},
      Type{"jpeg", "image/jpeg"},
      Type{"webp", "image/webp"},
      Type{"svg", "image/svg+xml"},
      Type{"mp3", "audio/mpeg"},
      Type{"zip", "application/zip"},
      Type{"odt", "application/vnd.oasis.opendocument.text"},
      Type{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
      Type{"odp", "application/vnd.oasis.opendocument.presentation"},
      Type{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      Type{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      Type{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
  };
  const std::size_t dot = name.rfind('.');
  const std::string_view extension = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  for (const Type& type : kTypes)
    if (std::equal(extension.begin(), extension.end(), type.extension.begin(), type.extension.end(),
                   [&](char a, char b) { return lower(a) == b; }))
      return type.media_type;
  return "application/octet-stream";
}

Result<Attachment> take_attachment(const fs::path& root, const fs::path& file) {
  CHALK_TRY(make_directories(root / "attachments"));
  const fs::path copy = root / "attachments" / ("." + random_name());
  const auto take = [&]() -> Result<Attachment> {
    CHALK_TRY(copy_file(
        file, copy, [](std::uint64_t) {}, std::stop_token()));
    Attachment taken;
    taken.name = file.filename().string();
    taken.media_type = media_type_of(taken.name);
    CHALK_TRY_ASSIGN(taken.sha256, sha256_file(copy));
    std::error_code failed;
    taken.bytes = static_cast<std::int64_t>(fs::file_size(copy, failed));
    if (failed) return error_from_errno(failed.value(), "cannot read " + copy.string());
    CHALK_TRY(fsync_path(copy));
    CHALK_TRY(rename_durably(copy, attachment_file(root, taken.sha256)));
    return taken;
  };
  auto taken = take();
  std::error_code ignored;
  if (!taken) fs::remove(copy, ignored);
  return taken;
}

Result<void> attach(Library& library, const std::string& lesson_id, const Attachment& attachment,
                    const Author& author) {
  constexpr int kTries = 5;
  for (int tries = 0; tries < kTries; ++tries) {
    CHALK_TRY_ASSIGN(const LessonRecord before, library.records->find(lesson_id));
    LessonDetails details = before.details;
    const auto same = std::find_if(details.attachments.begin(), details.attachments.end(),
                                   [&](const Attachment& one) { return one.name == attachment.name; });
    if (same == details.attachments.end())
      details.attachments.push_back(attachment);
    else
      *same = attachment;
    CHALK_TRY_ASSIGN(const auto changed, library.records->replace(lesson_id, details, before.revision, author));
    if (changed) return {};
  }
  return Error(Errc::kBusy, "lesson " + lesson_id + " is being changed by somebody else", "try again");
}

}  // namespace chalkline::library
