// Reading, and cutting where the lesson is cut.
#include "transcode/packaging/repackaged_track.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "transcode/packaging/picture_segment.hpp"
#include "transcode/packaging/track_writer.hpp"
#include "transcode/reading/coded_stream.hpp"

namespace chalkline::transcode {

Result<void> repackage(const std::filesystem::path& path, const SourceFacts& facts, const RepackagedTrack& track,
                       VersionSink& sink, const StepProgress& progress, const std::stop_token& stop) {
  const VideoFacts& video = *facts.video;
  std::unique_ptr<TrackWriter> writer;
  std::vector<av::PacketPtr> segment;
  std::size_t begun = 0;
  std::int64_t pictures = 0;
  const auto begin = [&](const AVCodecParameters& parameters) -> Result<void> {
    RenditionFormat format;
    format.id = track.id;
    format.kind = MediaKind::kVideo;
    format.codec = Codec::kH264;
    format.codecs = avc_codecs({parameters.extradata, static_cast<std::size_t>(parameters.extradata_size)});
    format.timescale = video.timescale;
    format.width = video.width;
    format.height = video.height;
    format.max_frame_rate = track.most;
    format.quality = track.quality;
    format.repackaged = true;
    CHALK_TRY_ASSIGN(writer, TrackWriter::open(parameters, std::move(format), sink));
    return {};
  };
  const auto take = [&](av::PacketPtr packet) -> Result<void> {
    if (begun < track.starts.size() && packet->pts == track.starts[begun]) {
      ++begun;
      if (!segment.empty()) CHALK_TRY(write_picture_segment(*writer, std::exchange(segment, {}), packet->pts));
    }
    ++pictures;
    segment.push_back(std::move(packet));
    return {};
  };
  CHALK_TRY(read_coded_stream(path, facts, begin, take, progress, stop));
  if (begun != track.starts.size() || segment.empty())
    return Error(Errc::kUnusableInput, "repackaging " + track.id + ": the recording changed while it was being read");
  CHALK_TRY(write_picture_segment(*writer, std::move(segment), track.end));
  return writer->finish(mean_rate(pictures, {track.end, video.timescale}));
}

}  // namespace chalkline::transcode
