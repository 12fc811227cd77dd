// The version store in a folder: DIR/versions/<id>/, DIR/staging/ and DIR/verified/<id>. Thread-safe without a lock:
// every change is one rename(2) or one write(2) at a file's end, and a version never changes once it has its name.
#pragma once

#include <memory>

#include "library/version_store.hpp"

namespace chalkline::library {

class DirectoryVersionStore final : public VersionStore {
 public:
  // Creates the two folders where they are missing.
  static Result<std::unique_ptr<DirectoryVersionStore>> open_at(const std::filesystem::path& root);

  Result<std::filesystem::path> staging_for(std::int64_t job) override;
  Result<void> adopt(const std::filesystem::path& folder, const std::string& id, Files files) override;
  Result<StoredFile> open(std::string_view version, std::string_view path) override;
  Result<void> place(std::string_view version, std::string_view path, const std::filesystem::path& to) override;
  bool contains(std::string_view version) override;
  VerifiedFiles verified(std::string_view version) override;
  void note_verified(std::string_view version, std::string_view path, const FileState& state) override;
  Result<std::vector<std::string>> list() override;

 private:
  DirectoryVersionStore(const std::filesystem::path& root, UniqueFd folder)
      : versions_(root / "versions"),
        staging_(root / "staging"),
        verified_(root / "verified"),
        folder_(std::move(folder)) {}

  void note_all_verified(const std::string& version);

  std::filesystem::path versions_;
  std::filesystem::path staging_;
  std::filesystem::path verified_;
  UniqueFd folder_;  // of versions_: lookups start here, wherever the path leads later
};

}  // namespace chalkline::library
