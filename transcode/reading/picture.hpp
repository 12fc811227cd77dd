// One normal form for every picture that enters the pipeline: progressive, upright, square pixels, SDR, 8 bit 4:2:0,
// limited range, tagged, of one size and with a timestamp in the lesson's video timescale. Reader's thread.
#pragma once

#include <optional>

#include "core/error.hpp"
#include "transcode/av/filter_graph.hpp"
#include "transcode/reading/probe.hpp"

namespace chalkline::transcode {

// An untagged picture is taken for what its size was always taken for (ITU-R BT.601 below 720 lines, BT.709 from
// there), and says so ever after: rungs of other sizes must not make a player guess anew.
AVColorSpace effective_matrix(AVColorSpace tagged, int height);

class PictureNormaliser {
 public:
  PictureNormaliser(const VideoFacts& facts, AVRational stream_time_base);

  // Feeds a decoded frame (null: the end); `take(av::FramePtr)` gets what comes out, pts in facts.timescale ticks.
  template <class Take>
  Result<void> feed(AVFrame* frame, Take&& take) {
    if (frame != nullptr && needs_new_graph(*frame)) {
      CHALK_TRY(drain(take));
      CHALK_TRY(build_graph(*frame));
    }
    if (!graph_) return {};
    CHALK_TRY(graph_->push(frame));
    return drain_available(take);
  }

 private:
  bool needs_new_graph(const AVFrame& frame);
  Result<void> build_graph(const AVFrame& frame);
  [[nodiscard]] std::string chain_for(const AVFrame& frame) const;
  void finish_tags(AVFrame& frame) const;

  template <class Take>
  Result<void> drain(Take& take) {
    if (!graph_) return {};
    CHALK_TRY(graph_->push(nullptr));
    return drain_available(take);
  }
  template <class Take>
  Result<void> drain_available(Take& take) {
    for (;;) {
      auto out = av::make_frame();
      CHALK_TRY_ASSIGN(const bool got, graph_->pull(*out));
      if (!got) return {};
      finish_tags(*out);
      CHALK_TRY(take(std::move(out)));
    }
  }

  VideoFacts facts_;
  AVRational stream_time_base_;
  std::optional<av::FilterGraph> graph_;
  // What the graph was built for.
  int width_ = 0, height_ = 0, format_ = -1;
  AVRational sar_{0, 1};
  AVColorSpace matrix_ = AVCOL_SPC_UNSPECIFIED;
  AVColorRange range_ = AVCOL_RANGE_UNSPECIFIED;
  AVColorTransferCharacteristic transfer_ = AVCOL_TRC_UNSPECIFIED;
  bool interlaced_ = false;
};

}  // namespace chalkline::transcode
