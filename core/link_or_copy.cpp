// link(2).
#include "core/link_or_copy.hpp"

#include <cerrno>

#include <unistd.h>

namespace chalkline {

Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return {};
  if (errno != EXDEV && errno != EPERM && errno != EMLINK && errno != EOPNOTSUPP)
    return error_from_errno(errno, "cannot link " + from.string() + " to " + to.string());
  std::error_code failed;
  std::filesystem::copy_file(from, to, failed);
  if (failed) return error_from_errno(failed.value(), "cannot copy " + from.string() + " to " + to.string());
  return {};
}

}  // namespace chalkline
