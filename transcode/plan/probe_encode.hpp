// One probe encode: a candidate tried on pieces of the lesson, its bytes counted and its pictures compared with the
// source's, at the source's size. Used by probe_encodes.cpp, each on one thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "transcode/pictures/scaler.hpp"
#include "transcode/plan/ordinary_ladder.hpp"
#include "transcode/plan/plan.hpp"
#include "transcode/plan/probe_line_up.hpp"

namespace chalkline::transcode {

// The pieces' pictures at one size, each scaled once for all candidates of that size. Thread-safe.
class ScaledPictures {
 public:
  ScaledPictures(int width, int height) : scaler_(width, height) {}
  // A new reference, whose properties are the caller's own. `frame` must outlive this.
  Result<av::FramePtr> of(const AVFrame& frame);

 private:
  std::mutex mutex_;  // guards both
  Scaler scaler_;
  std::unordered_map<const AVFrame*, av::FramePtr> made_;
};

// An encoder of a candidate; `like`: a picture whose colour tags it takes over.
using OpenEncoder = std::function<Result<av::CodecPtr>(const ProbePoint&, const AVFrame& like)>;

class ProbeEncode {
 public:
  // `scaled`: null where each picture is scaled as it is needed (AV1's would fill the memory). What is passed must
  // outlive this.
  ProbeEncode(const ProbePoint& point, const std::vector<Shown>& shown, Timescale timescale, const OpenEncoder& open,
              ScaledPictures* scaled);

  // `coded`: called after each picture that is coded.
  Result<void> run(const std::stop_token& stop, const std::function<void()>& coded);
  [[nodiscard]] ProbedBytes bytes() const;
  [[nodiscard]] double quality() const { return weight_ > 0 ? quality_ / weight_ : 0; }

 private:
  [[nodiscard]] bool is_av1() const { return point_.codec == Codec::kAv1; }
  Result<void> open_decoder();
  Result<av::FramePtr> scale(const AVFrame& frame);
  Result<void> encode(const AVFrame* frame, const std::function<void()>& coded);
  [[nodiscard]] bool is_looked_at(const AVPacket& packet) const;
  Result<void> decode(const AVPacket* packet);
  Result<void> show(const AVFrame& decoded);
  Result<void> compare_until(Ticks pts);

  const ProbePoint& point_;
  const std::vector<Shown>& shown_;
  const Timescale timescale_;
  const OpenEncoder& open_;
  ScaledPictures* const scaled_;
  Scaler down_, up_;
  av::CodecPtr encoder_, decoder_;
  std::vector<Ticks> looked_at_;  // rising: pictures that something is compared with
  std::map<Ticks, int> sizes_;
  av::FramePtr on_screen_;
  std::size_t next_ = 0;
  double quality_ = 0, weight_ = 0;
};

}  // namespace chalkline::transcode
