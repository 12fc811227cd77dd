// Discontinuity repair, after the rule of fftools (dts_delta_threshold).
#include "transcode/av/timestamps.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <cstdlib>

namespace chalkline::transcode::av {

namespace {
constexpr std::int64_t kJumpUs = 10'000'000;
constexpr AVRational kMicroseconds{1, 1'000'000};
}  // namespace

TimestampRepair::TimestampRepair(const AVFormatContext& context)
    : context_(context), may_jump_((context.iformat->flags & AVFMT_TS_DISCONT) != 0) {}

void TimestampRepair::apply(AVPacket& packet) {
  if (!may_jump_) return;
  const auto index = static_cast<std::size_t>(packet.stream_index);
  if (index >= expected_us_.size()) expected_us_.resize(index + 1, AV_NOPTS_VALUE);
  const AVRational base = context_.streams[packet.stream_index]->time_base;
  const std::int64_t stamp = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (stamp == AV_NOPTS_VALUE) return;
  const auto type = context_.streams[packet.stream_index]->codecpar->codec_type;
  const bool continuous = type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO;
  std::int64_t now_us = av_rescale_q(stamp, base, kMicroseconds) + offset_us_;
  std::int64_t& expected = expected_us_[index];
  if (continuous && expected != AV_NOPTS_VALUE && std::llabs(now_us - expected) > kJumpUs) {
    offset_us_ += expected - now_us;
    now_us = expected;
    ++jumps_;
  }
  if (continuous) expected = now_us + av_rescale_q(packet.duration, base, kMicroseconds);
  const std::int64_t shift = av_rescale_q(offset_us_, kMicroseconds, base);
  if (packet.dts != AV_NOPTS_VALUE) packet.dts += shift;
  if (packet.pts != AV_NOPTS_VALUE) packet.pts += shift;
}

}  // namespace chalkline::transcode::av
