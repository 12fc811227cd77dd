// --library goes before the configuration.
#include "cli/verbs/library_argument.hpp"

#include <system_error>

#include "cli/verbs/arguments.hpp"
#include "core/log.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

void add_library_options(CLI::App& verb, LibraryArgument& argument) {
  verb.add_option("--library", argument.folder, "The library's folder, instead of the configuration's");
  verb.add_option("--config", argument.config_file, "Configuration (default: the built-in defaults)");
}

std::optional<fs::path> config_file_of(const LibraryArgument& argument) { return path_if_given(argument.config_file); }

Result<config::Config> configuration_of(const LibraryArgument& argument) {
  CHALK_TRY_ASSIGN(config::Config config, load_configuration(config_file_of(argument)));
  set_log_level(config.log.level);
  if (!argument.folder.empty()) config.library.path = argument.folder;
  return config;
}

Result<library::Library> open_library_of(const LibraryArgument& argument, IfMissing missing) {
  CHALK_TRY_ASSIGN(const config::Config config, configuration_of(argument));
  const fs::path& root = config.library.path;
  std::error_code failed;
  if (missing == IfMissing::kRefuse && !fs::exists(root / "library.db", failed))
    return Error(Errc::kNotFound, "there is no library in " + root.string(),
                 "check the path, or name the library with --library DIR");
  return library::open_library(root);
}

}  // namespace chalkline::cli
