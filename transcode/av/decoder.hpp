// One stream's decoder. Used on the thread that reads.
#pragma once

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode::av {

// Opens the decoder of `stream`. `threads` 0: one per core. kUnusableInput when libav cannot.
Result<CodecPtr> open_decoder(const AVStream& stream, int threads);

// The same by what describes a stream. `strict`: what a decoder would otherwise conceal is an error.
Result<CodecPtr> open_decoder(const AVCodecParameters& parameters, AVRational time_base, int threads,
                              bool strict = false);

// Feeds a packet (null: the end) and calls `take(AVFrame&)` for every frame that comes out; take returns Result<void>.
// A packet that cannot be decoded is counted in `broken` and passed over: what can be read is published.
template <class Take>
Result<void> decode(AVCodecContext& codec, const AVPacket* packet, AVFrame& frame, int& broken, Take&& take) {
  for (bool sent = false; !sent;) {
    int status = avcodec_send_packet(&codec, packet);
    sent = status != AVERROR(EAGAIN);  // full: frames must be taken first, then the packet goes in again
    if (sent && status < 0 && status != AVERROR_EOF) ++broken;
    for (;;) {
      status = avcodec_receive_frame(&codec, &frame);
      if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) break;
      if (status < 0) {
        ++broken;
        break;
      }
      auto taken = take(frame);
      av_frame_unref(&frame);
      if (!taken) return taken;
    }
  }
  return {};
}

}  // namespace chalkline::transcode::av
