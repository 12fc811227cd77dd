// --library goes before the configuration.
#include "cli/library_argument.hpp"

#include "cli/arguments.hpp"
#include "core/log.hpp"

namespace chalkline::cli {

void add_library_options(CLI::App& verb, LibraryArgument& argument) {
  verb.add_option("--library", argument.library, "The library's folder, instead of the configuration's");
  verb.add_option("--config", argument.config, "Configuration (default: the built-in defaults)");
}

Result<std::filesystem::path> library_folder(const LibraryArgument& argument) {
  CHALK_TRY_ASSIGN(const config::Config config, load_configuration(path_if_given(argument.config)));
  set_log_level(config.log.level);
  return argument.library.empty() ? config.library.path : std::filesystem::path(argument.library);
}

Result<library::Library> open_library_of(const LibraryArgument& argument) {
  CHALK_TRY_ASSIGN(const std::filesystem::path folder, library_folder(argument));
  return library::open_library(folder);
}

}  // namespace chalkline::cli
