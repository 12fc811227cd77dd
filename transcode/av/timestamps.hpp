// Packets with timestamps that only go on: jumps of transport and program streams (a joined recording, a wrapped
// counter) are taken out, by the same rule in the probe and in the reader, so that both see the same timeline.
#pragma once

#include <cstdint>
#include <vector>

#include "transcode/av/ptr.hpp"

namespace chalkline::transcode::av {

class TimestampRepair {
 public:
  explicit TimestampRepair(const AVFormatContext& context);
  // Shifts the packet's pts and dts in place.
  void apply(AVPacket& packet);
  [[nodiscard]] int jumps() const { return jumps_; }

 private:
  const AVFormatContext& context_;
  bool may_jump_;  // the container's clock may be discontinuous (AVFMT_TS_DISCONT)
  std::int64_t offset_us_ = 0;
  std::vector<std::int64_t> expected_us_;  // per stream: where the next packet should be, after the shift
  int jumps_ = 0;
};

}  // namespace chalkline::transcode::av
