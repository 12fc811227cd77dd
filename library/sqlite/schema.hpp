// The tables of library.db and how an older file becomes a newer one. Called by open_library under the folder's lock.
#pragma once

#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

// The version that this build reads and writes, kept in PRAGMA user_version.
int schema_version();

// Runs the steps that are missing, each in a transaction of its own. kBadConfig when the file is newer than this build.
Result<void> migrate(Database& database);

}  // namespace chalkline::library::sqlite
