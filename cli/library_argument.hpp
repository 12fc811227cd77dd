// The library that a verb works on, from its --library and --config.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "core/error.hpp"
#include "library/library.hpp"

namespace chalkline::cli {

struct LibraryArgument {
  std::string library, config;
};

// Adds both options to the verb; `argument` must outlive its parsing.
void add_library_options(CLI::App& verb, LibraryArgument& argument);

// The folder, which need not exist. Sets the log level of the configuration.
Result<std::filesystem::path> library_folder(const LibraryArgument& argument);

Result<library::Library> open_library_of(const LibraryArgument& argument);

}  // namespace chalkline::cli
