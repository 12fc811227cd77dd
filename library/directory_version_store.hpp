// The version store in a folder: DIR/versions/<id>/ and DIR/staging/. Thread-safe without a lock: every change is one
// rename(2), and a version never changes once it has its name.
#pragma once

#include <memory>

#include "library/version_store.hpp"

namespace chalkline::library {

class DirectoryVersionStore final : public VersionStore {
 public:
  // Creates the two folders where they are missing.
  static Result<std::unique_ptr<DirectoryVersionStore>> open_at(const std::filesystem::path& root);

  Result<std::filesystem::path> staging_for(std::int64_t job) override;
  Result<void> adopt(const std::filesystem::path& folder, const std::string& id) override;
  Result<StoredFile> open(std::string_view version, std::string_view path) override;
  Result<void> place(std::string_view version, std::string_view path, const std::filesystem::path& to) override;
  bool contains(std::string_view version) override;
  Result<std::vector<std::string>> list() override;

 private:
  DirectoryVersionStore(std::filesystem::path versions, std::filesystem::path staging, UniqueFd folder)
      : versions_(std::move(versions)), staging_(std::move(staging)), folder_(std::move(folder)) {}

  std::filesystem::path versions_;
  std::filesystem::path staging_;
  UniqueFd folder_;  // of versions_: lookups start here, wherever the path leads later
};

}  // namespace chalkline::library
