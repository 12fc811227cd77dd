// What players' decoders make of each packet of Opus, heard while it can still be coded otherwise. Two decoders: that
// of libopus, which browsers and phones have, and libavcodec's own, which resamples otherwise and is off by up to 5 dB
// in some packets of SILK's. One thread.
#pragma once

#include <memory>
#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/sound/coded_peaks.hpp"

namespace chalkline::transcode {

class OpusEars {
 public:
  // `parameters`: of the stream.
  static Result<std::unique_ptr<OpusEars>> open(const AVCodecParameters& parameters);

  // Adds to `peaks` where `packet` passes kMostCodedDb in either decoder, counted from its first sample. `before`: the
  // packet in front of it, if there is one; where that is not what was heard last the decoders begin anew with it.
  Result<void> hear(const AVPacket* before, const AVPacket& packet, std::vector<CodedPeak>& peaks);

 private:
  struct Ear {
    av::CodecPtr decoder;
    CodedPeaks finder;
    av::PacketPtr last;  // heard
  };
  explicit OpusEars(int channels) : channels_(channels) {}
  Result<Ear> open_ear(const char* decoder, const AVCodecParameters& parameters) const;
  Result<float> hear_with(Ear& ear, const AVPacket* before, const AVPacket& packet, std::vector<CodedPeak>& peaks);
  Result<float> decode(Ear& ear, const AVPacket& packet, std::vector<CodedPeak>& peaks);

  int channels_;
  std::vector<Ear> ears_;
  av::FramePtr frame_ = av::make_frame();
  std::vector<float> interleaved_;
};

}  // namespace chalkline::transcode
