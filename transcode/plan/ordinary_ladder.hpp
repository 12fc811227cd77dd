// The ladder that an ordinary site makes of any lesson: PeerTube's published settings (bench/peers/ladder.mjs gives its
// sources and runs its exact command). Here only to be measured on pieces of the lesson beside the planned rungs, so
// that `inspect --plot` can draw what the planning saved. Nothing of it is published.
#pragma once

#include <vector>

#include "core/error.hpp"
#include "transcode/analyse/analysis.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/plan/plan.hpp"

namespace chalkline::transcode {

// Not of a picture beyond 3840x2160: no ordinary site takes it as it is, and looking at one takes most of the ten
// seconds that a recording of a moment may cost.
bool has_ordinary_ladder(const VideoFacts& video);

// Its heights that do not enlarge the source, or the source's own below all of them; from the smallest up.
std::vector<ProbePoint> ordinary_candidates(const VideoFacts& video);

// Its encoder for one of them: x264 veryfast, CRF 23, 16 B-frames, its rate ceiling for a source of
// `frames_per_second`. (Its other ceiling, 1.3 times the source's own rate, is left out: it would move a point along
// its curve.) IDRs where AVFrame::pict_type says I. `like` as in open_x264().
Result<av::CodecPtr> open_ordinary_x264(const ProbePoint& point, double frames_per_second, Timescale timescale,
                                        const AVFrame& like);

// What was probed, in sums.
struct ProbedBytes {
  struct Sum {
    double bytes = 0;
    double pictures = 0;
    [[nodiscard]] double mean(double none) const { return pictures > 0 ? bytes / pictures : none; }
  };
  Sum idrs, predicted, repeats;
  double area = 0;  // of the predicted ones
};

// Frames a second of the source, as such a site sends them.
double ordinary_rate(const LessonAnalysis& analysis);

// The rate of the whole lesson: an IDR every two seconds, each frame of the source sent, those that show nothing new at
// the size of a repeat. Noise in them is not counted, nor the container. Beside the site's own encodes of three
// recordings (bench/results/quality.md) the figure was 0.70 to 0.95 times the true one for slides and a talking head,
// and 0.97 to 1.25 times for a screen recording of ten seconds.
double ordinary_kbps(const ProbedBytes& probed, const LessonAnalysis& analysis);

}  // namespace chalkline::transcode
