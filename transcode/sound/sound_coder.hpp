// A codec of sound behind one shape: a packet's worth of samples in, coded packets out. One thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

class SoundCoder {
 public:
  virtual ~SoundCoder() = default;
  // What the packager writes of the stream.
  [[nodiscard]] virtual const AVCodecParameters& parameters() const = 0;
  // Of each channel, in every packet.
  [[nodiscard]] virtual int packet_samples() const = 0;
  // So many samples are to be left out before the first one that is given, so that decoded sample n is the source's
  // sample n: what the encoder puts before them.
  [[nodiscard]] virtual int samples_before() const = 0;
  // `planar`: packet_samples() of planar float at kSampleRate. What is coded by then is added to `packets`, in order
  // and without times. An encoder that looks ahead gives the last of it only when more has come.
  virtual Result<void> encode(AVFrame& planar, std::deque<av::PacketPtr>& packets) = 0;
};

// Opus by libopus itself (RFC 6716). `pause_below`: where no 10 ms are louder than this, in dB of full scale (RMS), for
// longer than a quarter of a second, it is made silent and sent as next to nothing; none: all is sent as it is. What
// players decode stays below -1 dBTP where what is given does.
//
// That is not libopus's discontinuous transmission, for which libavcodec would have no switch either: a decoder must
// guess what it was not sent, and libavcodec's own is up to -10 dB off when the next frame comes. Here every frame is
// sent, and CELT has one of two bytes for silence.
Result<std::unique_ptr<SoundCoder>> open_opus(int channels, int kbps, std::optional<double> pause_below);

// AAC-LC by libavcodec (ISO/IEC 14496-3).
Result<std::unique_ptr<SoundCoder>> open_aac(int channels, int kbps);

}  // namespace chalkline::transcode
