// A library folder opened: catalogue, queue, store and tokens together.
//   DIR/library.db        SQLite (WAL): lessons, curriculum, jobs, tokens, users, hooks, mirrors, audit log
//   DIR/versions/<id>/    immutable versions
//   DIR/incoming/<id>/    sources of open jobs (library/incoming.hpp)
//   DIR/staging/          versions being made
//   DIR/uploads/<id>      recordings that come over HTTP (library/upload_file.hpp)
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "library/access_tokens.hpp"
#include "library/catalogue.hpp"
#include "library/catalogue_changes.hpp"
#include "library/curriculum.hpp"
#include "library/following.hpp"
#include "library/hooks.hpp"
#include "library/job_queue.hpp"
#include "library/late_captions.hpp"
#include "library/lesson_records.hpp"
#include "library/mirrors.hpp"
#include "library/shelves.hpp"
#include "library/uploads.hpp"
#include "library/users.hpp"
#include "library/version_store.hpp"

namespace chalkline::library {

struct Library {
  std::filesystem::path root;
  std::unique_ptr<Catalogue> catalogue;
  std::unique_ptr<JobQueue> jobs;
  std::unique_ptr<LateCaptions> late_captions;
  std::unique_ptr<VersionStore> versions;
  std::unique_ptr<AccessTokens> tokens;
  std::unique_ptr<LessonRecords> records;
  std::unique_ptr<Curriculum> curriculum;
  std::unique_ptr<Shelves> shelves;
  std::unique_ptr<AuditLog> audit;
  std::unique_ptr<KeptReplies> kept_replies;
  std::unique_ptr<Changes> changes;  // of records, curriculum, audit and kept_replies together
  std::unique_ptr<Uploads> uploads;
  std::unique_ptr<Users> users;
  std::unique_ptr<Hooks> hooks;
  std::unique_ptr<Mirrors> mirrors;      // that registered here
  std::shared_ptr<Following> following;  // null: this is no mirror
};

// Unix time in milliseconds. A parameter, so that leases are tested without waiting.
using WallClock = std::function<std::int64_t()>;
std::int64_t system_clock_ms();

// Creates what is missing and migrates the schema. Several processes may open the same folder. kBadConfig where the
// library was made by a newer Chalkline; kCorrupt where library.db is no database.
Result<Library> open_library(const std::filesystem::path& root, WallClock clock = system_clock_ms);

}  // namespace chalkline::library
