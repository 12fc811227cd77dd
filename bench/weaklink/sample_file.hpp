// A file that is written without ever making the writer wait: lines go into a pipe, an ordinary thread takes them to
// the disk. Used by the link's one thread, which must not wait for a busy disk.
#pragma once

#include <string>
#include <string_view>
#include <thread>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::weaklink {

class SampleFile {
 public:
  // Makes or empties the file at `path`. Starts a thread, so only after the sandbox has forked.
  static Result<SampleFile> create(const std::string& path);
  SampleFile(SampleFile&&) noexcept = default;
  SampleFile& operator=(SampleFile&&) = delete;
  ~SampleFile();  // waits until everything is in the file

  // A line that finds the pipe full (the disk has stood still for minutes) is left out.
  void write_line(std::string_view line) const;

 private:
  SampleFile(UniqueFd pipe, std::thread copying) : pipe_(std::move(pipe)), copying_(std::move(copying)) {}
  UniqueFd pipe_;
  std::thread copying_;
};

}  // namespace chalkline::weaklink
