// Argument checks.
#include "cli/verbs/arguments.hpp"

#include <sys/stat.h>

#include "config/load.hpp"
#include "core/file.hpp"
#include "core/language_tag.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

Result<void> check_language(std::string_view tag) {
  if (is_language_tag(tag)) return {};
  return Error(Errc::kInvalidArgument, "\"" + std::string(tag) + "\" is not a language tag",
               "write one such as en, sw or pt-BR");
}

Result<SideFile> parse_side_file(std::string_view argument) {
  const std::size_t colon = argument.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return Error(Errc::kInvalidArgument, std::string(argument) + " names no language",
                 "write FILE:LANGUAGE, for example lesson.vtt:sw");
  CHALK_TRY(check_language(argument.substr(colon + 1)));
  return SideFile(fs::path(argument.substr(0, colon)), std::string(argument.substr(colon + 1)));
}

Result<std::vector<SideFile>> parse_side_files(const std::vector<std::string>& arguments) {
  std::vector<SideFile> sides;
  for (const std::string& argument : arguments) {
    CHALK_TRY_ASSIGN(SideFile side, parse_side_file(argument));
    CHALK_TRY(check_input(side.path));
    sides.push_back(std::move(side));
  }
  return sides;
}

Result<void> check_input(const fs::path& file) {
  const auto opened = open_for_reading(file);
  if (!opened) return Error(Errc::kUnusableInput, opened.error().message, opened.error().hint);
  struct stat info {};
  if (::fstat(opened->get(), &info) == 0 && info.st_size == 0)
    return Error(Errc::kUnusableInput, "cannot use " + file.string() + ": it is empty",
                 "copy the file again from where it was recorded");
  return {};
}

Result<config::Config> load_configuration(const std::optional<fs::path>& file) {
  auto loaded = config::load_config(file, config::process_environment());
  if (!loaded) return Error(Errc::kBadConfig, loaded.error().message, loaded.error().hint);
  return loaded;
}

std::optional<fs::path> path_if_given(const std::string& argument) {
  return argument.empty() ? std::nullopt : std::optional<fs::path>(argument);
}

}  // namespace chalkline::cli
