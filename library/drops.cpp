// A side file's name begins with its recording's and a dot: what is between that and the extension is a language.
#include "library/drops.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "core/language_tag.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

static std::string extension(const fs::path& file) { return lower(file.extension().string()); }

static bool is_captions(const fs::path& file) {
  const std::string ending = extension(file);
  return ending == ".vtt" || ending == ".srt";
}

// "fractions.described.m4a": a voice that tells what is to be seen. It is never a recording of its own.
static bool is_described(const fs::path& file) {
  return extension(file.stem()) == ".described" && side_kind_of(file) == SideKind::kDescription;
}

static bool is_side_file(const fs::path& file) {
  return is_captions(file) || extension(file) == ".json" || is_described(file);
}

// What stands between the recording's name and the side file's extension: "sw" of "fractions.sw.vtt", "" of
// "fractions.vtt" and of "fractions.described.m4a". False where the side file is another recording's.
static bool belongs(const fs::path& side, const fs::path& recording, std::string& between) {
  if (side.parent_path() != recording.parent_path()) return false;
  const std::string of = recording.stem().string();
  const std::string name = (is_described(side) ? side.stem() : side).stem().string();
  if (name == of) {
    between.clear();
    return true;
  }
  if (!name.starts_with(of + ".")) return false;
  between = name.substr(of.size() + 1);
  return true;
}

static void join(const fs::path& side, std::vector<Drop>& drops) {
  for (Drop& drop : drops) {
    std::string between;
    if (!belongs(side, drop.recording, between)) continue;
    if ((is_captions(side) || is_described(side)) && (between.empty() || is_language_tag(between)))
      drop.sides.emplace_back(side, between.empty() ? "und" : between);
    else if (extension(side) == ".json" && between.empty() && drop.facts.empty())
      drop.facts = side;
    else
      continue;
    return;
  }
}

std::vector<fs::path> Drop::files() const {
  std::vector<fs::path> all;
  for (const SideFile& side : sides) all.push_back(side.path);
  if (!facts.empty()) all.push_back(facts);
  all.push_back(recording);
  return all;
}

std::vector<Drop> group_drops(std::span<const fs::path> files) {
  std::vector<fs::path> sorted(files.begin(), files.end());
  std::ranges::sort(sorted);
  std::vector<Drop> drops;
  for (const fs::path& file : sorted)
    if (!is_ignored(file) && !is_side_file(file)) drops.push_back({file, {}, {}});
  for (const fs::path& file : sorted)
    if (!is_ignored(file) && is_side_file(file)) join(file, drops);
  return drops;
}

bool is_ignored(const fs::path& file) {
  static constexpr std::array<std::string_view, 9> kUnfinished = {
      ".part", ".partial", ".crdownload", ".download", ".filepart", ".opdownload", ".tmp", ".temp", ".swp"};
  static constexpr std::array<std::string_view, 2> kSystems = {"thumbs.db", "desktop.ini"};
  const std::string name = lower(file.filename().string());
  if (name.empty() || name.starts_with('.') || name.starts_with('~') || name.ends_with('~')) return true;
  return std::ranges::any_of(kUnfinished, [&](std::string_view ending) { return name.ends_with(ending); }) ||
         std::ranges::find(kSystems, std::string_view(name)) != kSystems.end();
}

}  // namespace chalkline::library
