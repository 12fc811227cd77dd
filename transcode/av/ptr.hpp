// RAII over libav's C objects. Input and output contexts are different types on purpose: they are closed differently.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <memory>

namespace chalkline::transcode::av {

template <auto Fn>
struct Free {
  template <class T>
  void operator()(T* p) const noexcept {
    if constexpr (requires { Fn(&p); })
      Fn(&p);
    else
      Fn(p);
  }
};

using InputPtr = std::unique_ptr<AVFormatContext, Free<avformat_close_input>>;    // opened
using OutputPtr = std::unique_ptr<AVFormatContext, Free<avformat_free_context>>;  // allocated
using CodecPtr = std::unique_ptr<AVCodecContext, Free<avcodec_free_context>>;
using FramePtr = std::unique_ptr<AVFrame, Free<av_frame_free>>;
using CodecParametersPtr = std::unique_ptr<AVCodecParameters, Free<avcodec_parameters_free>>;
using PacketPtr = std::unique_ptr<AVPacket, Free<av_packet_free>>;
using GraphPtr = std::unique_ptr<AVFilterGraph, Free<avfilter_graph_free>>;
using ScalerPtr = std::unique_ptr<SwsContext, Free<sws_freeContext>>;
using FifoPtr = std::unique_ptr<AVAudioFifo, Free<av_audio_fifo_free>>;
using BsfPtr = std::unique_ptr<AVBSFContext, Free<av_bsf_free>>;

inline FramePtr make_frame() { return FramePtr(av_frame_alloc()); }
inline PacketPtr make_packet() { return PacketPtr(av_packet_alloc()); }

// A new reference to the same picture or sound; no copy.
inline FramePtr share(const AVFrame& frame) { return FramePtr(av_frame_clone(&frame)); }

}  // namespace chalkline::transcode::av
