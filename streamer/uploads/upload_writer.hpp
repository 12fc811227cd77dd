// Whoever appends to an upload: holds its file's lock, sums what it writes, and keeps bytes that a checksum has yet to
// vouch for apart from those that count. A writer whose client has fallen silent can be put aside by the next one.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/sha256.hpp"
#include "library/library.hpp"
#include "library/upload_file.hpp"
#include "streamer/uploads/digest.hpp"
#include "streamer/uploads/tus_fields.hpp"

namespace chalkline::streamer {

// SHA-256 of an upload's first bytes.
struct RunningSum {
  Sha256 sum;
  std::uint64_t bytes = 0;
};

class UploadWriter {
 public:
  UploadWriter(library::Library& library, library::Upload upload, library::UploadFile file, RunningSum sum,
               std::uint64_t most)
      : library_(library), upload_(std::move(upload)), file_(std::move(file)), sum_(std::move(sum)), most_(most) {}

  [[nodiscard]] const library::Upload& upload() const { return upload_; }
  [[nodiscard]] std::uint64_t size();
  [[nodiscard]] bool whole();  // as long as it said

  // Of an upload that deferred it.
  Result<void> set_length(std::uint64_t length);
  // From here on `checksum` has to vouch for what is appended.
  Result<void> expect(const TusChecksum& checksum);
  // All or nothing of it. kLimitExceeded: more than the upload may have. kDiskFull, kIo. kCancelled: put aside.
  Result<void> append(std::string_view bytes);
  Result<void> append_file(const std::filesystem::path& from);
  // Everything is on the disk and counts. kCorrupt: not what the checksum says; all since expect() is gone.
  Result<void> seal();
  // What came counts, but for what no checksum vouches for.
  void cut();
  // The sha256 of the whole; reads again what was not summed while it came.
  Result<std::string> sha256();
  // Takes the sum along, for the next writer.
  std::optional<RunningSum> take_sum();

  // True when it was put aside, its client having sent nothing for so long: the lock is free.
  bool put_aside(std::chrono::steady_clock::duration silence);

 private:
  Result<void> forget_unvouched();

  library::Library& library_;
  std::mutex mutex_;
  library::Upload upload_;
  std::optional<library::UploadFile> file_;  // none: put aside
  RunningSum sum_;
  const std::uint64_t most_;
  std::optional<TusChecksum> checksum_;
  std::optional<Digest> digest_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace chalkline::streamer
