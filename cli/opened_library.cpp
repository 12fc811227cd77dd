// As --library and --config of every verb (library_argument.hpp).
#include "cli/opened_library.hpp"

#include <filesystem>

#include "cli/library_argument.hpp"

namespace chalkline::cli {

Result<library::Library> opened_library(const std::string& folder, const std::string& config_file, IfMissing missing) {
  CHALK_TRY_ASSIGN(const std::filesystem::path root, library_folder({folder, config_file}));
  std::error_code failed;
  if (missing == IfMissing::kRefuse && !std::filesystem::exists(root / "library.db", failed))
    return Error(Errc::kNotFound, "there is no library in " + root.string(),
                 "check the path, or name the library with --library DIR");
  return library::open_library(root);
}

}  // namespace chalkline::cli
