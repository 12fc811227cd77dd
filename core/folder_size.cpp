// One walk; it ends at the first folder that cannot be read.
#include "core/folder_size.hpp"

#include <system_error>

namespace fs = std::filesystem;

namespace chalkline {

std::uint64_t folder_size(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code gone;
    const std::uintmax_t size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

}  // namespace chalkline
