// A misspelt command by its name: the command line's parser only says that some command is wanted. Pure; `app.cpp` asks
// it once parsing has failed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace chalkline::cli {

struct Command {
  std::string name;
  std::vector<Command> below;  // "create" and "list" of "token"; empty where a command takes arguments of its own
};

// `words`: the command line without the program's name. The first one that stands where a command must and is none,
// with the one that was meant where a name is near; nothing where another thing is wrong. An option ends the search.
std::optional<Error> unknown_command(std::span<const std::string_view> words, const Command& program);

}  // namespace chalkline::cli
