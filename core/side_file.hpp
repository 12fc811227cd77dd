// A file beside a recording that becomes a part of its lesson: captions, or a voice that tells what its pictures show.
// Which of the two it is its name says, wherever it comes from: the command line, a watched folder, a job. Pure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace chalkline {

enum class SideKind : std::uint8_t {
  kCaptions,     // .srt or .vtt, recognised by its content
  kDescription,  // sound: .m4a, .mp3, .opus, .wav ...
};

// Of a name that is none of a sound, kCaptions.
SideKind side_kind_of(const std::filesystem::path& file);

struct SideFile {
  SideFile(std::filesystem::path file, std::string tag);
  std::filesystem::path path;
  std::string language;  // BCP 47, or "und"
  SideKind kind;         // by the path's name
  friend bool operator==(const SideFile&, const SideFile&) = default;
};

}  // namespace chalkline
