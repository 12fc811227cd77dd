// The longest paths first: what they stand in is gone when the shorter ones are looked for.
#include "cli/jobs/told_failure.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace chalkline::cli {

namespace fs = std::filesystem;

// A path begins where a word does: neither "km/h" nor the address of a page is one.
static bool begins_path(std::string_view text, std::size_t at) {
  constexpr std::string_view kBefore = " '\"(=<[,;:\n";
  if (at == 0) return true;
  if (text[at - 1] == ':' && text.substr(at).starts_with("//")) return false;  // "https://"
  return kBefore.find(text[at - 1]) != std::string_view::npos;
}

// Whether a name goes on at `at`: "/srv/library2" is not in "/srv/library", nor is "a.mp4.part" "a.mp4".
static bool name_goes_on(std::string_view text, std::size_t at) {
  const auto is_of_name = [&](std::size_t i) {
    const auto c = i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(' ');
    return (c >= '0' && c <= '9') || ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'z') || c == '_' || c == '-' || c == '+' ||
           c == '~' || c >= 0x80;
  };
  return is_of_name(at) || (at < text.size() && text[at] == '.' && is_of_name(at + 1));
}

// Each `what`, a path, where it stands as one.
static void replace_all(std::string& text, const std::string& what, const std::string& with) {
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != std::string::npos;) {
    const bool is_it = begins_path(text, at) && (what.ends_with('/') || !name_goes_on(text, at + what.size()));
    if (is_it) text.replace(at, what.size(), with);
    at = text.find(what, at + (is_it ? with.size() : 1));
  }
}

// As we write it, and as the system or SQLite may; "" for the root of all files.
static std::vector<std::string> spellings_of(const fs::path& path) {
  std::vector<std::string> spellings = {fs::absolute(path).string(), fs::absolute(path).lexically_normal().string()};
  std::error_code failed;
  if (const fs::path real = fs::weakly_canonical(path, failed); !failed) spellings.push_back(real.string());
  for (std::string& one : spellings)
    while (one.ends_with('/')) one.pop_back();
  return spellings;
}

// How many of the words in `text`, which follow a path, are of it: "tools/x.so" in "/opt/my tools/x.so" has a slash in
// it and is no path by itself. In bytes.
static std::size_t length_of_more(std::string_view text) {
  std::size_t more = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t word = text.find_first_not_of(' ', at);
    if (word == std::string_view::npos || text[word] == '/') break;
    const std::size_t end = std::min(text.find(' ', word), text.size());
    if (text.substr(word, end - word).find('/') != std::string_view::npos) more = end;
    at = end;
  }
  return more;
}

// The path that `text` begins with: to its quotation mark, where it stands behind one.
static std::string_view path_at(std::string_view text, char before) {
  constexpr std::string_view kEnd = "'\")>],;:\n";
  if (before == '\'' || before == '"')
    if (const std::size_t quoted = text.find(before); quoted != std::string_view::npos) return text.substr(0, quoted);
  const std::string_view rest = text.substr(0, text.find_first_of(kEnd));
  const std::size_t first = std::min(rest.find(' '), rest.size());
  return rest.substr(0, first + length_of_more(rest.substr(first)));
}

// Of other files on this machine (a program, a loaded library, a folder for scratch) the name alone.
static std::string without_other_paths(std::string_view text) {
  std::string told;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = text[at] == '/' && begins_path(text, at);
    const char before = at == 0 ? ' ' : text[at - 1];
    const std::string_view path = begins ? path_at(text.substr(at), before) : text.substr(at, 1);
    const std::size_t folder_ends = path.size() > 1 ? path.rfind('/', path.size() - 2) : 0;  // "/tmp/x/" is x too
    told += folder_ends > 0 ? path.substr(folder_ends + 1) : path;
    at += path.size();
  }
  return told;
}

std::string told_failure(std::string sentence, const library::Job& job, const fs::path& root,
                         const std::optional<fs::path>& config_file) {
  const std::vector<std::string> roots = spellings_of(root);
  for (const std::string& one : roots) {
    replace_all(sentence, one + "/" + job.source.string(), job.source_name);
    for (const SideFile& side : job.sides)
      replace_all(sentence, one + "/" + side.path.string(), side.path.filename().string());
  }
  if (config_file)
    for (const std::string& one : spellings_of(*config_file))
      replace_all(sentence, one, config_file->filename().string());
  for (const std::string& one : roots) {
    if (one.empty()) continue;  // every path is in it
    replace_all(sentence, one + "/", "");
    replace_all(sentence, one, "the library");
  }
  return without_other_paths(sentence);
}

}  // namespace chalkline::cli
