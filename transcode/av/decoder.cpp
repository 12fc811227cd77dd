// Opening decoders with bounds.
#include "transcode/av/decoder.hpp"

#include <string>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/input.hpp"

namespace chalkline::transcode::av {

Result<CodecPtr> open_decoder(const AVStream& stream, int threads) {
  return open_decoder(*stream.codecpar, stream.time_base, threads);
}

Result<CodecPtr> open_decoder(const AVCodecParameters& parameters, AVRational time_base, int threads, bool strict) {
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  const std::string doing = std::string("opening the decoder for ") + avcodec_get_name(parameters.codec_id);
  if (codec == nullptr) return Error(Errc::kUnusableInput, doing + ": there is none", "export the recording as MP4");
  CodecPtr context(avcodec_alloc_context3(codec));
  if (!context) return error(AVERROR(ENOMEM), doing);
  int status = avcodec_parameters_to_context(context.get(), &parameters);
  if (status < 0) return error(status, doing, Errc::kUnusableInput);
  context->pkt_timebase = time_base;
  context->thread_count = threads;
  context->max_pixels = kMaxPixels;
  if (strict)
    context->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_CAREFUL;
  if (codec->type == AVMEDIA_TYPE_SUBTITLE) context->thread_count = 1;
  status = avcodec_open2(context.get(), codec, nullptr);
  if (status < 0) return error(status, doing, Errc::kUnusableInput);
  return context;
}

}  // namespace chalkline::transcode::av
