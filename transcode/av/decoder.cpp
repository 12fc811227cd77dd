// Opening decoders with bounds.
#include "transcode/av/decoder.hpp"

#include <string>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/input.hpp"

namespace chalkline::transcode::av {

Result<CodecPtr> open_decoder(const AVStream& stream, int threads) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  const std::string doing = std::string("opening the decoder for ") + avcodec_get_name(stream.codecpar->codec_id);
  if (codec == nullptr) return Error(Errc::kUnusableInput, doing + ": there is none", "export the recording as MP4");
  CodecPtr context(avcodec_alloc_context3(codec));
  if (!context) return error(AVERROR(ENOMEM), doing);
  int status = avcodec_parameters_to_context(context.get(), stream.codecpar);
  if (status < 0) return error(status, doing, Errc::kUnusableInput);
  context->pkt_timebase = stream.time_base;
  context->thread_count = threads;
  context->max_pixels = kMaxPixels;
  if (codec->type == AVMEDIA_TYPE_SUBTITLE) context->thread_count = 1;
  status = avcodec_open2(context.get(), codec, nullptr);
  if (status < 0) return error(status, doing, Errc::kUnusableInput);
  return context;
}

}  // namespace chalkline::transcode::av
