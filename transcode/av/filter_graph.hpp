// A libavfilter chain with one input and one output, described as text. Used by one thread.
#pragma once

#include <string>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode::av {

class FilterGraph {
 public:
  // The input takes frames shaped like `like` with timestamps in `time_base`; `chain` is filtergraph text.
  static Result<FilterGraph> make_video(const AVFrame& like, AVRational time_base, const std::string& chain);
  static Result<FilterGraph> make_audio(const AVFrame& like, AVRational time_base, const std::string& chain);

  // Takes a reference of `frame`; null ends the input.
  Result<void> push(AVFrame* frame);
  // True when `frame` was filled; false when more input is needed or the end was reached.
  Result<bool> pull(AVFrame& frame);
  [[nodiscard]] AVRational output_time_base() const;

 private:
  static Result<FilterGraph> build(const char* source, const char* sink, const std::string& arguments,
                                   const std::string& chain);
  GraphPtr graph_;
  AVFilterContext* source_ = nullptr;  // owned by graph_
  AVFilterContext* sink_ = nullptr;
};

}  // namespace chalkline::transcode::av
