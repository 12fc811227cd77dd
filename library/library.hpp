// A library folder opened: catalogue, queue and store together.
//   DIR/library.db        SQLite (WAL): lessons, jobs
//   DIR/versions/<id>/    immutable versions
//   DIR/incoming/<id>/    sources of open jobs (library/incoming.hpp)
//   DIR/staging/          versions being made
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "library/catalogue.hpp"
#include "library/job_queue.hpp"
#include "library/version_store.hpp"

namespace chalkline::library {

struct Library {
  std::filesystem::path root;
  std::unique_ptr<Catalogue> catalogue;
  std::unique_ptr<JobQueue> jobs;
  std::unique_ptr<VersionStore> versions;
};

// Unix time in milliseconds. A parameter, so that leases are tested without waiting.
using WallClock = std::function<std::int64_t()>;
std::int64_t system_clock_ms();

// Creates what is missing and migrates the schema. Several processes may open the same folder. kBadConfig where the
// library was made by a newer Chalkline; kCorrupt where library.db is no database.
Result<Library> open_library(const std::filesystem::path& root, WallClock clock = system_clock_ms);

}  // namespace chalkline::library
