// A library's versions checked byte for byte, and healed from wherever the same bytes are: a pack, another library, a
// backup of either. Blocks; reads everything.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "library/library.hpp"
#include "mirror/pack.hpp"
#include "mirror/version_check.hpp"

namespace chalkline::mirror {

struct VersionFault {
  std::string version;
  FileFault fault;
  bool healed = false;
};

struct VerifyReport {
  int versions = 0;
  std::uint64_t bytes = 0;  // that were read
  std::vector<VersionFault> faults;
  [[nodiscard]] bool sound() const;  // nothing was wrong, or everything is healed
};

// `sources`: folders that may hold the same versions, as v/<version>/ or versions/<version>/. What is put in place of a
// damaged file has been checked first, and takes its place by a rename. An error where the library cannot be read.
Result<VerifyReport> verify(library::Library& library, const std::vector<std::filesystem::path>& sources,
                            const CarryListener& listener, const std::stop_token& stop);

}  // namespace chalkline::mirror
