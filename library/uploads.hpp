// What is known of recordings that come in over HTTP, finished or not: an interface, SQLite behind it
// (library/sqlite/uploads.hpp). Their bytes are files (library/upload_file.hpp), and how many have come is a file's
// length, not a number here. Thread-safe; blocks (milliseconds). Every change is one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

enum class UploadKind : std::uint8_t {
  kWhole,    // a recording
  kPartial,  // a part of one: waits to be joined with others
  kJoined,   // made of parts
  kDirect,   // a recording in one request, which nobody can go on with
};

enum class UploadState : std::uint8_t {
  kOpen,       // bytes come, or may come
  kFinishing,  // all have come and their sha256 is known: it is being made into a lesson
  kDone,       // it is a lesson; of a part: it was joined. Its bytes are elsewhere
  kExpired,    // nobody went on with it; its bytes are gone
};

struct Upload {
  std::string id;  // 32 lower-case hex digits, random
  UploadKind kind = UploadKind::kWhole;
  UploadState state = UploadState::kOpen;
  std::optional<std::uint64_t> length;  // bytes; none while it is deferred
  // While bytes come that a checksum has yet to vouch for: how many were there before. What is behind does not count.
  std::optional<std::uint64_t> vouched;
  std::string metadata;         // Upload-Metadata as it was sent
  std::string parts;            // Upload-Concat as it was sent
  std::string owner;            // id of the token that made it
  std::string sha256;           // of the whole, once it is finishing
  std::string lesson_id;        // once it is done
  bool duplicate = false;       // the lesson was there before
  std::int64_t created_ms = 0;  // Unix time
  std::int64_t updated_ms = 0;
};

class Uploads {
 public:
  Uploads() = default;
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;
  virtual ~Uploads() = default;
  // `upload` as it stands, but for its times. kAlreadyExists.
  virtual Result<Upload> create(Upload upload) = 0;
  virtual Result<Upload> find(const std::string& id) = 0;  // kNotFound
  virtual Result<std::vector<Upload>> unfinished() = 0;    // open and finishing ones, oldest first
  // The newest one of this kind and state with these parts; none where there is none.
  virtual Result<std::optional<Upload>> joined_of(const std::string& parts) = 0;
  virtual Result<void> set_length(const std::string& id, std::uint64_t length) = 0;
  virtual Result<void> set_vouched(const std::string& id, std::optional<std::uint64_t> vouched) = 0;
  // Open to finishing, with the length that it came to and what is said of it by now.
  virtual Result<void> begin_finish(const Upload& upload) = 0;
  // To done. `lesson_id` is empty for a part.
  virtual Result<void> finish(const std::string& id, const std::string& lesson_id, bool duplicate) = 0;
  virtual Result<void> expire(const std::string& id) = 0;
  virtual Result<void> remove(const std::string& id) = 0;  // nothing there is success
  // Lessons that were made of a recording with this sha256, newest first; some may not be there any more.
  virtual Result<std::vector<std::string>> lessons_of(const std::string& sha256) = 0;
  // Forgets expired ones that have not changed since.
  virtual Result<void> forget_expired(std::int64_t before_ms) = 0;
};

}  // namespace chalkline::library
