// A library folder opened: catalogue, queue and store together.
//   DIR/library.db        SQLite (WAL): lessons, jobs
//   DIR/versions/<id>/    immutable versions
//   DIR/incoming/         sources of open jobs
//   DIR/staging/          versions being made
#pragma once

#include <filesystem>
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

// Creates what is missing and migrates the schema. Several processes may open the same folder.
Result<Library> open_library(const std::filesystem::path& root);

}  // namespace chalkline::library
