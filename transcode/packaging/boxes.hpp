// The few ISO BMFF boxes (ISO/IEC 14496-12) that the packager must read back from what the muxer wrote. Pure; bounded:
// a malformed input gives an empty answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace chalkline::transcode {

using Bytes = std::span<const std::byte>;

// The 32 bits at `at`, most significant byte first; they must be there.
std::uint32_t big_endian(Bytes bytes, std::size_t at);

// The payload of the first box of `type` (four characters) directly inside `boxes`.
std::optional<Bytes> find_box(Bytes boxes, std::string_view type);

// From the segment's first byte to the end of its first sample (moof ... mdat header, sample); 0 when it holds none.
std::uint64_t bytes_to_first_sample_end(Bytes segment);

}  // namespace chalkline::transcode
