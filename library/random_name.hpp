// Names that nobody else has: for temporary folders and workers.
#pragma once

#include <string>

namespace chalkline::library {

// 16 lower-case hex digits from the system's random source.
std::string random_name();

}  // namespace chalkline::library
