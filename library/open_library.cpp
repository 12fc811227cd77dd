// Opens a library folder: the composition of its parts. Opening and migrating happen under a lock on the folder,
// so that two processes that start together do not race for the first schema.
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <sys/file.h>

#include "core/file.hpp"
#include "library/directory_version_store.hpp"
#include "library/library.hpp"
#include "library/sqlite/access_tokens.hpp"
#include "library/sqlite/catalogue.hpp"
#include "library/sqlite/catalogue_nodes.hpp"
#include "library/sqlite/catalogue_records.hpp"
#include "library/sqlite/catalogue_search.hpp"
#include "library/sqlite/catalogue_shelves.hpp"
#include "library/sqlite/catalogue_store.hpp"
#include "library/sqlite/database.hpp"
#include "library/sqlite/hooks.hpp"
#include "library/sqlite/job_queue.hpp"
#include "library/sqlite/late_captions.hpp"
#include "library/sqlite/mirrors.hpp"
#include "library/sqlite/schema.hpp"
#include "library/sqlite/uploads.hpp"
#include "library/sqlite/users.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

std::int64_t system_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

static Result<UniqueFd> lock_library(const fs::path& root) {
  UniqueFd folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return error_from_errno(errno, "cannot open the library " + root.string(), "check its permissions");
  while (::flock(folder.get(), LOCK_EX) != 0)
    if (errno != EINTR) return error_from_errno(errno, "cannot lock the library " + root.string());
  return folder;
}

Result<Library> open_library(const fs::path& root, WallClock clock) {
  std::error_code failed;
  if (fs::exists(root, failed) && !fs::is_directory(root, failed))
    return Error(Errc::kInvalidArgument, "cannot open the library " + root.string() + ": it is not a folder",
                 "name a folder, new or existing");
  if (auto made = make_directories(root / "incoming"); !made)
    return Error(made.error().code, "cannot open the library " + root.string() + ": " + made.error().message,
                 "choose a folder that you may write to");
  CHALK_TRY_ASSIGN(const UniqueFd lock, lock_library(root));
  CHALK_TRY_ASSIGN(sqlite::Database lessons, sqlite::Database::open(root / "library.db"));
  CHALK_TRY(sqlite::migrate(lessons));
  CHALK_TRY_ASSIGN(sqlite::Database jobs, sqlite::Database::open(root / "library.db"));
  CHALK_TRY_ASSIGN(sqlite::Database tokens, sqlite::Database::open(root / "library.db"));
  CHALK_TRY_ASSIGN(sqlite::Database records, sqlite::Database::open(root / "library.db"));
  CHALK_TRY(sqlite::index_missing(records));
  const auto store = std::make_shared<sqlite::Store>(std::move(records), clock);
  CHALK_TRY_ASSIGN(sqlite::Database uploads, sqlite::Database::open(root / "library.db"));
  CHALK_TRY_ASSIGN(sqlite::Database users, sqlite::Database::open(root / "library.db"));
  CHALK_TRY_ASSIGN(sqlite::Database hooks, sqlite::Database::open(root / "library.db"));
  CHALK_TRY_ASSIGN(sqlite::Database mirrors, sqlite::Database::open(root / "library.db"));
  CHALK_TRY_ASSIGN(std::unique_ptr<DirectoryVersionStore> versions, DirectoryVersionStore::open_at(root));
  Library library;
  library.root = root;
  library.catalogue = std::make_unique<sqlite::SqliteCatalogue>(std::move(lessons), clock);
  library.jobs = std::make_unique<sqlite::SqliteJobQueue>(std::move(jobs), clock);
  library.late_captions = std::make_unique<sqlite::SqliteLateCaptions>(store);
  library.versions = std::move(versions);
  library.tokens = std::make_unique<sqlite::SqliteAccessTokens>(std::move(tokens), clock);
  library.records = std::make_unique<sqlite::SqliteLessonRecords>(store);
  library.curriculum = std::make_unique<sqlite::SqliteCurriculum>(store);
  library.shelves = std::make_unique<sqlite::SqliteShelves>(store);
  library.audit = std::make_unique<sqlite::SqliteAuditLog>(store);
  library.kept_replies = std::make_unique<sqlite::SqliteKeptReplies>(store);
  library.changes = std::make_unique<sqlite::SqliteChanges>(store);
  library.uploads = std::make_unique<sqlite::SqliteUploads>(std::move(uploads), clock);
  library.users = std::make_unique<sqlite::SqliteUsers>(std::move(users), clock);
  library.hooks = std::make_unique<sqlite::SqliteHooks>(std::move(hooks), clock);
  library.mirrors = std::make_unique<sqlite::SqliteMirrors>(std::move(mirrors), clock);
  return library;
}

}  // namespace chalkline::library
