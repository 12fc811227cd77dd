// The files of lessons' attachments: DIR/attachments/<sha256>, each once, whatever lessons have it. An entry in the
// catalogue names its file by that hash. Blocks.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/file.hpp"
#include "library/library.hpp"

namespace chalkline::library {

// Where the file is, if it is there.
std::filesystem::path attachment_file(const std::filesystem::path& root, std::string_view sha256);

// Opened for reading. kNotFound: the file is not here, or has not come yet; kCorrupt: it has another length than was
// attached or, up to 4 MB, another hash.
Result<UniqueFd> open_attachment(const std::filesystem::path& root, const Attachment& attachment);

// "application/pdf" for "sheet.PDF"; "application/octet-stream" for what no table knows.
std::string_view media_type_of(std::string_view name) noexcept;

// Copies `file` in, fsynced and renamed, and describes it: its name, media type, hash and bytes. Errors as
// open_for_reading and copy_file.
Result<Attachment> take_attachment(const std::filesystem::path& root, const std::filesystem::path& file);

// Enters it in the lesson's details, in the place of one with its name or behind the others. kNotFound: no such lesson;
// kInvalidArgument: a name that the catalogue refuses, or too many; kBusy: somebody goes on changing the lesson.
Result<void> attach(Library& library, const std::string& lesson_id, const Attachment& attachment, const Author& author);

}  // namespace chalkline::library
