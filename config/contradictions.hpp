// What must hold between keys that are each right alone. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace chalkline::config {

struct Contradiction {
  std::string_view key;    // the one to change, usually
  std::string_view other;  // the one it contradicts
  std::string message;
};

std::vector<Contradiction> contradictions(const Config& config);

}  // namespace chalkline::config
