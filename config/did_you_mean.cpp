// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours cost one each.
#include "config/did_you_mean.hpp"

#include <algorithm>
#include <cstddef>

namespace chalkline::config {

static std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

// "port" of "server.port".
static std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& candidates) {
  if (typed.size() > 200) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, last_part(typed).size() / 3) + 1;  // one slip in three letters
  for (const std::string_view candidate : candidates) {
    // The right key under the wrong section counts as one slip.
    const bool moved =
        candidate != typed && candidate.find('.') != std::string_view::npos && last_part(candidate) == last_part(typed);
    const std::size_t away = moved ? 1 : distance(typed, candidate);
    if (away >= least) continue;
    least = away;
    best = candidate;
  }
  return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

}  // namespace chalkline::config
