// Which copies a mirror gives up so that it stays within its disk. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chalkline::mirror {

struct StoredCopy {
  std::string version;
  std::uint64_t bytes = 0;
  std::int64_t used_s = 0;  // when a learner last asked for something of it; Unix time
  bool listed = false;      // the upstream still has it as a lesson's version
  bool planned = false;     // of a course that is to lie here whole
  friend bool operator==(const StoredCopy&, const StoredCopy&) = default;
};

// Names in the order in which they go: first what no lesson is any more and nobody has asked for in an hour (somebody
// may be in the middle of it), whatever the budget; then, while it is exceeded, what was used longest ago, planned
// courses last. `budget` 0: none.
std::vector<std::string> copies_to_give_up(std::vector<StoredCopy> copies, std::uint64_t budget, std::int64_t now_s);

}  // namespace chalkline::mirror
