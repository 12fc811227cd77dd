// The text of the meters.
#include "streamer/delivery/rendition_meters.hpp"

#include <iterator>

#include <fmt/format.h>

namespace chalkline::streamer {

std::string RenditionMeters::render() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  if (meters_.empty()) return text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "# HELP {0} {1}\n# TYPE {0} counter\n", kRenditionBytesName, kRenditionBytesHelp);
  // Lesson ids and rendition names are of letters, digits, "-" and "/" (library, manifests): nothing to escape.
  for (const auto& [key, meter] : meters_)
    fmt::format_to(out, "{}{{lesson=\"{}\",rendition=\"{}\"}} {}\n", kRenditionBytesName, key.first, key.second,
                   meter->load(std::memory_order_relaxed));
  return text;
}

}  // namespace chalkline::streamer
