// A codec's name as a person writes it, for progress and tables; rendition.hpp's name() is the one that programs read.
#pragma once

#include <string_view>

#include "core/rendition.hpp"

namespace chalkline {

constexpr std::string_view shown_name(Codec codec) noexcept {
  switch (codec) {
    case Codec::kH264: return "H.264";
    case Codec::kHevc: return "HEVC";
    case Codec::kAv1: return "AV1";
    case Codec::kAacLc: return "AAC";
    case Codec::kOpus: return "Opus";
    case Codec::kWebVtt: return "WebVTT";
  }
  return {};
}

}  // namespace chalkline
