// What the head of an H.265 sequence parameter set says of the stream, as a version's index names it. Pure. Read from
// what our own encoder wrote, but bounded as if it were anybody's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace chalkline::transcode {

// RFC 6381 by ISO/IEC 14496-15 E.3 ("hvc1.1.6.L93.B0"): profile, compatibility, tier and level, constraints, of the
// first sequence parameter set in `units`, which stand between start codes (H.265 annex B). None where there is no such
// set.
std::optional<std::string> hevc_codecs(std::span<const std::byte> units);

}  // namespace chalkline::transcode
