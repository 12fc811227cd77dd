// The language of a sound rendition as a learner's choice names it: a voice that also tells what is to be seen is
// another choice than the plain one of its language. BCP 47 private use (RFC 5646 2.2.7): "en-x-described". Pure.
#pragma once

#include <algorithm>
#include <string>

#include "core/rendition.hpp"

namespace chalkline::manifests {

inline bool describes_video(const RenditionFormat& format) {
  return std::ranges::find(format.characteristics, "public.accessibility.describes-video") !=
         format.characteristics.end();
}

inline std::string voice_tag(const RenditionFormat& format) {
  return describes_video(format) ? format.language + "-x-described" : format.language;
}

}  // namespace chalkline::manifests
