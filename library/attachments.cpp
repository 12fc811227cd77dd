// Copies first, hashes the copy: what is named by the hash is what lies there.
#include "library/attachments.hpp"

#include <algorithm>
#include <array>
#include <stop_token>
#include <system_error>

#include "core/sha256.hpp"
#include "library/copy_file.hpp"
#include "library/random_name.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

fs::path attachment_file(const fs::path& root, std::string_view sha256) { return root / "attachments" / sha256; }

Result<UniqueFd> open_attachment(const fs::path& root, const Attachment& attachment) {
  constexpr std::int64_t kLargestHashed = 4'000'000;
  if (attachment.sha256.empty()) return Error(Errc::kNotFound, "the file of " + attachment.name + " has not come yet");
  const fs::path path = attachment_file(root, attachment.sha256);
  CHALK_TRY_ASSIGN(UniqueFd file, open_for_reading(path));
  std::error_code failed;
  if (static_cast<std::int64_t>(fs::file_size(path, failed)) != attachment.bytes || failed)
    return Error(Errc::kCorrupt, path.string() + " has not the length that was attached");
  if (attachment.bytes > kLargestHashed) return file;
  CHALK_TRY_ASSIGN(const std::string sha256, sha256_file(path));
  if (sha256 != attachment.sha256) return Error(Errc::kCorrupt, path.string() + " is not what was attached");
  return file;
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
