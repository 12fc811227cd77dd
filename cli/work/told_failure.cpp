// The longest paths first: what they stand in is gone when the shorter ones are looked for.
#include "cli/work/told_failure.hpp"

#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace chalkline::cli {

namespace fs = std::filesystem;

static void replace_all(std::string& text, const std::string& what, const std::string& with) {
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// As we write it, and as the system or SQLite may.
static std::vector<std::string> spellings_of(const fs::path& path) {
  std::vector<std::string> spellings = {fs::absolute(path).string(), fs::absolute(path).lexically_normal().string()};
  std::error_code failed;
  if (const fs::path real = fs::weakly_canonical(path, failed); !failed) spellings.push_back(real.string());
  for (std::string& one : spellings)
    while (one.ends_with('/')) one.pop_back();
  return spellings;
}

// Of other files on this machine (a program, a loaded library, a folder for scratch) the name alone. A path begins
// where a word does and has a folder: neither "km/h" nor the address of a page is one.
static std::string without_other_paths(std::string_view text) {
  constexpr std::string_view kBefore = " '\"(=<[,;";
  constexpr std::string_view kEnd = " '\")>],;:\n";
  std::string told;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = text[at] == '/' && (at == 0 || kBefore.find(text[at - 1]) != std::string_view::npos);
    const std::string_view path = begins ? text.substr(at, text.find_first_of(kEnd, at) - at) : text.substr(at, 1);
    const std::size_t folder_ends = begins ? path.rfind('/', path.size() - 2) : 0;  // "/tmp/x/" is x too
    told += folder_ends > 0 && path.size() > 1 ? path.substr(folder_ends + 1) : path;
    at += path.size();
  }
  return told;
}

std::string told_failure(std::string sentence, const library::Job& job, const fs::path& root,
                         const std::optional<fs::path>& config_file) {
  const std::vector<std::string> roots = spellings_of(root);
  for (const std::string& one : roots) {
    replace_all(sentence, one + "/" + job.source.string(), job.source_name);
    for (const library::JobCaption& caption : job.captions)
      replace_all(sentence, one + "/" + caption.path.string(), caption.path.filename().string());
  }
  if (config_file)
    for (const std::string& one : spellings_of(*config_file))
      replace_all(sentence, one, config_file->filename().string());
  for (const std::string& one : roots) replace_all(sentence, one + "/", "");
  for (const std::string& one : roots) replace_all(sentence, one, "the library");
  return without_other_paths(sentence);
}

}  // namespace chalkline::cli
