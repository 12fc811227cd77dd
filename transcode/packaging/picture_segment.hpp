// A segment of pictures, from an encoder or out of the source, into a track; and what a track of pictures says of
// itself. Called by the rungs, each on its own thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/packaging/track_writer.hpp"

namespace chalkline::transcode {

// Decode times of one segment (decode_times.hpp). `presented`: in decode order; empty where there are none.
std::vector<Ticks> segment_times(std::span<const Ticks> presented, Ticks end, Timescale timescale);

// `packets`: in decode order, the first an IDR; the last one that is shown stands until `end`.
Result<void> write_picture_segment(TrackWriter& writer, std::vector<av::PacketPtr> packets, Ticks end);

// Pictures over time, exact: the last one may stand longer than the others.
Ratio mean_rate(std::int64_t pictures, MediaTime end);

// RFC 6381 3.3 / ISO/IEC 14496-15: "avc1." and profile_idc, constraint flags, level_idc of the SPS in hexadecimal.
// `header`: parameter sets after start codes.
std::string avc_codecs(std::span<const std::uint8_t> header);

}  // namespace chalkline::transcode
