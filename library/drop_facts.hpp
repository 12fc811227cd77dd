// The side file that says what a dropped recording is called: {"title": "Fractions", "course": "Maths 5",
// "language": "sw"}, each key optional. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::library {

struct DropFacts {
  std::string title;     // empty: the recording's name
  std::string course;    // empty: the folder's name
  std::string language;  // BCP 47; empty: unknown
  friend bool operator==(const DropFacts&, const DropFacts&) = default;
};

// kUnusableInput, with the key at fault: no JSON object, another key, a value that is no text, no language tag.
Result<DropFacts> parse_drop_facts(std::string_view json);

}  // namespace chalkline::library
