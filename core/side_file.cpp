// The endings that people's recorders and editors give to sound.
#include "core/side_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace chalkline {

SideKind side_kind_of(const std::filesystem::path& file) {
  static constexpr std::array<std::string_view, 10> kSounds = {".m4a", ".m4b",  ".mp3", ".aac",  ".ogg",
                                                               ".oga", ".opus", ".wav", ".flac", ".mka"};
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return std::ranges::find(kSounds, std::string_view(ending)) == kSounds.end() ? SideKind::kCaptions
                                                                               : SideKind::kDescription;
}

SideFile::SideFile(std::filesystem::path file, std::string tag)
    : path(std::move(file)), language(std::move(tag)), kind(side_kind_of(path)) {}

}  // namespace chalkline
