// The thread of `serve` that looks into the watched folder every two seconds and makes lessons of what it finds.
#pragma once

#include <stop_token>

#include "config/config.hpp"
#include "library/library.hpp"
#include "library/watched_folder.hpp"

namespace chalkline::cli {

library::WatchOptions watch_options(const config::Config& config);

// Returns when `stop` was asked for. Everything that goes wrong is logged, once as long as it stays the same; a folder
// that another process watches is asked for again until it is free.
void watch_folder(library::Library& library, const library::WatchOptions& options, std::stop_token stop);

}  // namespace chalkline::cli
