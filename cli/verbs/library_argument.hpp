// Where the library is that a verb works on: --library, else what --config says; the same for every verb that has one.
#pragma once

#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "config/config.hpp"
#include "core/error.hpp"
#include "library/library.hpp"

namespace chalkline::cli {

struct LibraryArgument {
  std::string folder, config_file;  // as given; empty where they were not
};

// Adds both options to the verb; `argument` must outlive its parsing.
void add_library_options(CLI::App& verb, LibraryArgument& argument);

// --config, for those that start other processes with it.
std::optional<std::filesystem::path> config_file_of(const LibraryArgument& argument);

// The configuration, its library the one that --library names. Sets the log level. Errors of load_configuration.
Result<config::Config> configuration_of(const LibraryArgument& argument);

enum class IfMissing { kMake, kRefuse };

// kNotFound where there is no library and none is to be made; else as configuration_of and open_library.
Result<library::Library> open_library_of(const LibraryArgument& argument, IfMissing missing = IfMissing::kMake);

}  // namespace chalkline::cli
