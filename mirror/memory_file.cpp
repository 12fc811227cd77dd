// Linux alone has it, as the rest of the server.
#include "mirror/memory_file.hpp"

#include <cerrno>
#include <span>

#include <sys/mman.h>

namespace chalkline::mirror {

Result<UniqueFd> open_memory_file(std::string_view content) {
  UniqueFd file(::memfd_create("chalkline-mirror", MFD_CLOEXEC));
  if (!file) return error_from_errno(errno, "cannot make a file in memory");
  CHALK_TRY(write_all(file.get(), std::as_bytes(std::span(content)), "memory"));
  return file;
}

}  // namespace chalkline::mirror
