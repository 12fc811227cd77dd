// Where an upload stands at its server, remembered over the end of this program: a small file under $XDG_STATE_HOME
// (else
// ~/.local/state)/chalkline/uploads, named by what makes the recording the same one: server, path, size and time of
// change.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.hpp"

namespace chalkline::cli {

class UploadMemory {
 public:
  // kNotFound, kIo: the recording cannot be looked at.
  static Result<UploadMemory> of(const std::string& server, const std::filesystem::path& recording);

  [[nodiscard]] std::string recall() const;  // the upload's path at the server; "" where none is known
  // That it cannot be written costs a later resumption and nothing else.
  void remember(const std::string& location) const;
  void forget() const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  explicit UploadMemory(std::filesystem::path file) : file_(std::move(file)) {}
  std::filesystem::path file_;
};

}  // namespace chalkline::cli
