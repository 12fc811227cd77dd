// Down the tree of commands, a word a step.
#include "cli/unknown_command.hpp"

#include <algorithm>

#include "config/did_you_mean.hpp"

namespace chalkline::cli {

// `way`: the commands that lead to `at`, "token " or none.
static Error no_such(std::string_view word, const std::string& way, const Command& at) {
  std::vector<std::string_view> names;
  for (const Command& command : at.below) names.push_back(command.name);
  const std::string meant = config::did_you_mean(word, names);
  return Error(Errc::kInvalidArgument, "there is no command \"" + way + std::string(word) + "\"" + meant,
               meant.empty() ? "see chalkline " + way + "--help" : "");
}

std::optional<Error> unknown_command(std::span<const std::string_view> words, const Command& program) {
  const Command* at = &program;
  std::string way;
  for (const std::string_view word : words) {
    if (at->below.empty() || word.starts_with('-')) return std::nullopt;
    const auto next = std::ranges::find(at->below, word, &Command::name);
    if (next == at->below.end()) return no_such(word, way, *at);
    at = &*next;
    way += at->name + " ";
  }
  return std::nullopt;
}

}  // namespace chalkline::cli
