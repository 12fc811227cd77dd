// The library that a verb works on, found the same way by all of them: --library, else the configuration's.
#pragma once

#include <string>

#include "core/error.hpp"
#include "library/library.hpp"

namespace chalkline::cli {

enum class IfMissing { kMake, kRefuse };

// `folder` and `config_file` as the options gave them, "" where they were not. kNotFound where there is no library and
// none is to be made; else as load_configuration and open_library.
Result<library::Library> opened_library(const std::string& folder, const std::string& config_file, IfMissing missing);

}  // namespace chalkline::cli
