// The name that a mistyped one was probably meant to be. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chalkline::config {

// "; did you mean server.port?" where a candidate is close, else "".
std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& candidates);

}  // namespace chalkline::config
