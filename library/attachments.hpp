// The files of lessons' attachments: DIR/attachments/<sha256>, each once, whatever lessons have it. An entry in the
// catalogue names its file by that hash; what no entry names is swept away. Blocks.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/file.hpp"
#include "library/library.hpp"
#include "library/version_store.hpp"

namespace chalkline::library {

// Where the file is, if it is there.
std::filesystem::path attachment_file(const std::filesystem::path& root, std::string_view sha256);

// Opens them for whoever gives them out. Any thread; a large file is read to its end by the first who asks for it.
class AttachmentFiles {
 public:
  explicit AttachmentFiles(std::filesystem::path root) : root_(std::move(root)) {}
  // kNotFound: the file is not here, or has not come yet; kCorrupt: it has another length or hash than was attached. Up
  // to 4 MB it is hashed each time, a larger one once, and again when it has changed since.
  Result<UniqueFd> open(const Attachment& attachment);

 private:
  const std::filesystem::path root_;
  std::mutex mutex_;
  VerifiedFiles verified_;  // by sha256
};

// The turn of whoever puts a file in and then names it in the catalogue, held from before the one until after the
// other: several at a time, and no sweep meanwhile, in all processes.
Result<UniqueFd> turn_to_attach(const std::filesystem::path& root);

// Removes files that no lesson's entry has named for a week and no upload is about to be, and copies that were killed.
// The number removed; nothing while somebody attaches. A file that cannot be removed keeps no other from going; the
// error is the last one's.
Result<int> sweep_attachments(Library& library);

// "application/pdf" for "sheet.PDF"; "application/octet-stream" for what no table knows.
std::string_view media_type_of(std::string_view name) noexcept;

// Copies `file` in, fsynced and renamed, and describes it: its name, media type, hash and bytes. Errors as
// open_for_reading and copy_file. In a turn_to_attach.
Result<Attachment> take_attachment(const std::filesystem::path& root, const std::filesystem::path& file);

// Enters it in the lesson's details, in the place of one with its name or behind the others. kNotFound: no such lesson;
// kInvalidArgument: a name that the catalogue refuses, or too many; kBusy: somebody goes on changing the lesson.
Result<void> attach(Library& library, const std::string& lesson_id, const Attachment& attachment, const Author& author);

}  // namespace chalkline::library
