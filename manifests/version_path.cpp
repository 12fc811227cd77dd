// Path rules and file names of a version.
#include "manifests/version_path.hpp"

#include <fmt/format.h>

namespace chalkline::manifests {

static bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

bool is_version_path(std::string_view path) noexcept {
  constexpr std::size_t kMaxPath = 255;
  if (path.empty() || path.size() > kMaxPath) return false;
  bool at_start = true;  // of a part
  for (const char c : path) {
    if (c == '/') {
      if (at_start) return false;
      at_start = true;
      continue;
    }
    if (!is_unreserved(c) || (at_start && c == '.')) return false;
    at_start = false;
  }
  return !at_start;
}

std::string segment_name(MediaKind kind, std::size_t number) {
  return fmt::format("{}.{}", number, kind == MediaKind::kText ? "vtt" : "m4s");
}

std::string segment_path(const RenditionFormat& format, std::size_t number) {
  return fmt::format("{}/{}", format.id, segment_name(format.kind, number));
}

}  // namespace chalkline::manifests
