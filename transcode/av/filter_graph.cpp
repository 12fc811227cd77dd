// libavfilter plumbing.
#include "transcode/av/filter_graph.hpp"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/pixdesc.h>
}

#include <fmt/format.h>

#include "transcode/av/error.hpp"

namespace chalkline::transcode::av {

Result<FilterGraph> FilterGraph::build(const char* source, const char* sink, const std::string& arguments,
                                       const std::string& chain) {
  const std::string doing = "setting up the filter " + chain;
  FilterGraph made;
  made.graph_.reset(avfilter_graph_alloc());
  if (!made.graph_) return error(AVERROR(ENOMEM), doing);
  AVFilterGraph* graph = made.graph_.get();
  graph->nb_threads = 1;
  int status = avfilter_graph_create_filter(&made.source_, avfilter_get_by_name(source), "in", arguments.c_str(),
                                            nullptr, graph);
  if (status < 0) return error(status, doing + " (input " + arguments + ")", Errc::kUnusableInput);
  status = avfilter_graph_create_filter(&made.sink_, avfilter_get_by_name(sink), "out", nullptr, nullptr, graph);
  if (status < 0) return error(status, doing);

  AVFilterInOut* outputs = avfilter_inout_alloc();
  AVFilterInOut* inputs = avfilter_inout_alloc();
  if (outputs == nullptr || inputs == nullptr) {
    avfilter_inout_free(&outputs);
    avfilter_inout_free(&inputs);
    return error(AVERROR(ENOMEM), doing);
  }
  *outputs = {av_strdup("in"), made.source_, 0, nullptr};
  *inputs = {av_strdup("out"), made.sink_, 0, nullptr};
  status = avfilter_graph_parse_ptr(graph, chain.c_str(), &inputs, &outputs, nullptr);
  avfilter_inout_free(&outputs);
  avfilter_inout_free(&inputs);
  if (status >= 0) status = avfilter_graph_config(graph, nullptr);
  if (status < 0) return error(status, doing, Errc::kUnusableInput);
  return made;
}

Result<FilterGraph> FilterGraph::make_video(const AVFrame& like, AVRational time_base, const std::string& chain) {
  const AVRational sar = like.sample_aspect_ratio.num > 0 ? like.sample_aspect_ratio : AVRational{1, 1};
  return build("buffer", "buffersink",
               fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect={}/{}", like.width, like.height,
                           like.format, time_base.num, time_base.den, sar.num, sar.den),
               chain);
}

Result<FilterGraph> FilterGraph::make_audio(const AVFrame& like, AVRational time_base, const std::string& chain) {
  AVChannelLayout layout{};
  if (like.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
    av_channel_layout_default(&layout, like.ch_layout.nb_channels);
  else
    av_channel_layout_copy(&layout, &like.ch_layout);
  char name[128] = {};
  av_channel_layout_describe(&layout, name, sizeof name);
  av_channel_layout_uninit(&layout);
  return build(
      "abuffer", "abuffersink",
      fmt::format("sample_rate={}:sample_fmt={}:channel_layout={}:time_base={}/{}", like.sample_rate,
                  av_get_sample_fmt_name(static_cast<AVSampleFormat>(like.format)), name, time_base.num, time_base.den),
      chain);
}

Result<void> FilterGraph::push(AVFrame* frame) {
  const int status = av_buffersrc_add_frame_flags(source_, frame, AV_BUFFERSRC_FLAG_KEEP_REF);
  if (status < 0) return error(status, "filtering a frame", Errc::kUnusableInput);
  return {};
}

Result<bool> FilterGraph::pull(AVFrame& frame) {
  const int status = av_buffersink_get_frame(sink_, &frame);
  if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return false;
  if (status < 0) return error(status, "filtering a frame", Errc::kUnusableInput);
  return true;
}

AVRational FilterGraph::output_time_base() const { return av_buffersink_get_time_base(sink_); }

}  // namespace chalkline::transcode::av
