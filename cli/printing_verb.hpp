// What the verbs share that look up or change something in a library and print a text: token, user, import, export.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "cli/verbs.hpp"
#include "core/error.hpp"

namespace chalkline::cli {

// A verb that prints what `action` returns on standard output, or its error.
Verb printing(std::function<Result<std::string>()> action);

std::string day_text(std::int64_t unix_ms);  // "2026-11-26 09:25 UTC"; "never" for 0

}  // namespace chalkline::cli
