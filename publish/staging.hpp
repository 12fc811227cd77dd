// Where a version grows before it has its place: ".<out>.partial" beside `out`, locked while a run works in it, so that
// only a dead run's is swept away. Used by make_version() and by whoever runs it in a process of its own.
#pragma once

#include <filesystem>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::publish {

class Staging {
 public:
  // Removes what a killed run left, but for what it kept (core/kept_folder.hpp); the folder itself is not made. kBusy
  // while another run makes the same `out`.
  static Result<Staging> open(const std::filesystem::path& out);

  Staging(Staging&&) noexcept = default;
  Staging& operator=(Staging&&) = delete;
  ~Staging();  // removes the folder and the lock

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  Staging() = default;
  std::filesystem::path folder_, lock_path_;
  UniqueFd lock_;
};

// kAlreadyExists when `out` is there and is not an empty folder.
Result<void> check_out(const std::filesystem::path& out);

}  // namespace chalkline::publish
