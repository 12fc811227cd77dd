// A file that is nowhere but in memory, and goes with its last descriptor: where the disk is full a mirror hands on
// what it checked and keeps nothing.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::mirror {

// With `content` in it. memfd_create(2).
Result<UniqueFd> open_memory_file(std::string_view content = {});

}  // namespace chalkline::mirror
