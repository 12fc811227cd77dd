// One sort, one sum.
#include "mirror/disk_budget.hpp"

#include <algorithm>
#include <tuple>

namespace chalkline::mirror {

std::vector<std::string> copies_to_give_up(std::vector<StoredCopy> copies, std::uint64_t budget, std::int64_t now_s) {
  constexpr std::int64_t kMiddleOfALesson = 3600;
  const auto is_over = [&](const StoredCopy& copy) { return !copy.listed && now_s - copy.used_s > kMiddleOfALesson; };
  std::ranges::sort(copies, {}, [&](const StoredCopy& copy) {
    return std::tuple(!is_over(copy), copy.listed && copy.planned, copy.used_s, copy.version);
  });
  std::uint64_t total = 0;
  for (const StoredCopy& copy : copies) total += copy.bytes;
  std::vector<std::string> names;
  for (const StoredCopy& copy : copies) {
    const bool exceeded = budget > 0 && total > budget;
    if (!is_over(copy) && !exceeded) break;
    total -= copy.bytes;
    names.push_back(copy.version);
  }
  return names;
}

}  // namespace chalkline::mirror
