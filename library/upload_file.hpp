// The bytes of one upload: DIR/uploads/<id>. They are only ever appended to, so the file's length says how many there
// are, whatever was killed in between. Whoever writes holds the file's lock (flock, also between processes), and loses
// it with its life. Blocks; one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::library {

class UploadFile {
 public:
  static std::filesystem::path path_of(const std::filesystem::path& root, const std::string& id);

  // For appending, made where it is missing. kBusy: somebody else writes.
  static Result<UploadFile> open(const std::filesystem::path& root, const std::string& id);

  // How many bytes there are, every one of them on the disk; 0 where there is no file.
  static Result<std::uint64_t> durable_size(const std::filesystem::path& root, const std::string& id);
  // The same without waiting for the disk.
  static Result<std::uint64_t> size_of(const std::filesystem::path& root, const std::string& id);
  // When bytes last came, Unix time in ms; none where there is no file.
  static std::optional<std::int64_t> touched_ms(const std::filesystem::path& root, const std::string& id);
  static Result<void> remove(const std::filesystem::path& root, const std::string& id);  // nothing there is success
  // Names in the folder that look like uploads.
  static Result<std::vector<std::string>> list(const std::filesystem::path& root);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  // All of it or, on an error, none: the file is as long as before. kDiskFull, kIo.
  Result<void> append(std::string_view bytes);
  Result<void> append_file(const std::filesystem::path& from);  // inside the kernel where it can
  Result<void> truncate(std::uint64_t size);
  Result<void> make_durable();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  UploadFile(UniqueFd fd, std::filesystem::path path, std::uint64_t size)
      : fd_(std::move(fd)), path_(std::move(path)), size_(size), written_out_(size) {}

  UniqueFd fd_;
  std::filesystem::path path_;
  std::uint64_t size_;
  std::uint64_t written_out_;  // the kernel was told to begin writing what is before
};

// 32 lower-case hex digits?
bool is_upload_id(std::string_view text) noexcept;

}  // namespace chalkline::library
