// Repeats, segment boundaries, thinning.
#include "transcode/plan/frame_plan.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "transcode/analyse/scenes.hpp"

namespace chalkline::transcode {

namespace {

constexpr double kSegmentOverhead = 700;  // bytes: a request's and a response's head, styp and moof
constexpr double kBrokenRule = 1e7;       // bytes: what breaking the least important rule counts
constexpr Ticks kLeastMs = 2000;
constexpr Ticks kCandidateMs = 240;  // boundaries nearer than this to one another are not weighed
constexpr Ticks kFirstSlackMs = 1000;
constexpr Ticks kEventMs = 200;
constexpr Ticks kSharpeningWaitsMs = 2000;

// A place where a segment may begin, with sums from the lesson's start up to it.
struct Candidate {
  std::size_t frame;
  Ticks pts;
  Ticks moving;  // time in motion before it
  double bytes;  // of pictures before it, were none of them an IDR
  double idr;    // what an IDR here costs more than the picture that stands here anyway
  int turns;     // from slides to a camera or back, before it
  int turned;    // the same with its own picture
};

const ByteModel& model_for(const PlannedFrame& frame, const ByteModels& models) {
  return frame.camera ? models.camera : models.slides;
}

double expected_bytes(const PlannedFrame& frame, const ByteModel& model) {
  if (frame.cut) return model.idr;  // all of it is coded anew, IDR or not
  return frame.repeat ? model.repeat : model.repeat + frame.area * model.whole_picture;
}

// `allowed`: where alone; empty: anywhere.
std::vector<Candidate> find_candidates(const std::vector<PlannedFrame>& frames, std::span<const Ticks> allowed,
                                       Ticks end, Timescale timescale, const ByteModels& models) {
  std::vector<Candidate> found;
  const Ticks apart = rescale(kCandidateMs, 1000, timescale);
  Ticks moving = 0;
  double bytes = 0;
  int turns = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const PlannedFrame& frame = frames[i];
    const int before = turns;
    if (i > 0 && frame.camera != frames[i - 1].camera) ++turns;
    const ByteModel& model = model_for(frame, models);
    const double own = expected_bytes(frame, model);
    const bool may = allowed.empty() || std::ranges::binary_search(allowed, frame.pts);
    if (found.empty() || (may && (frame.cut || turns != before || frame.pts - found.back().pts >= apart)))
      found.push_back({i, frame.pts, moving, bytes, std::max(model.idr - own, model.idr * 0.05), before, turns});
    bytes += own;
    if (frame.moving)
      moving += std::min<Ticks>((i + 1 < frames.size() ? frames[i + 1].pts : end) - frame.pts, timescale);
  }
  found.push_back({frames.size(), std::max(end, frames.back().pts + 1), moving, bytes, 0, turns, turns});
  return found;
}

class SegmentRules {
 public:
  SegmentRules(const EncodingOptions& options, Timescale timescale)
      : least_(rescale(kLeastMs, 1000, timescale)),
        first_(rescale(options.first_segment_ms, 1000, timescale)),
        first_slack_(rescale(kFirstSlackMs, 1000, timescale)),
        motion_(rescale(options.segment_target_ms, 1000, timescale)),
        most_(rescale(options.segment_max_ms, 1000, timescale)),
        bytes_(static_cast<double>(options.segment_bytes)) {}

  [[nodiscard]] Ticks most() const { return most_; }

  // Of one segment, in bytes of cost.
  [[nodiscard]] double cost(const Candidate& from, const Candidate& to, bool first, bool last) const {
    const Ticks length = to.pts - from.pts;
    double cost = from.idr + kSegmentOverhead;
    if (length > most_) cost += kBrokenRule * 1000 * static_cast<double>(length) / static_cast<double>(most_);
    if (!last && length < (first ? std::min(first_, least_) : least_)) cost += kBrokenRule * 100;
    if (first && length > first_ + first_slack_ && !(last && is_small_still(from, to)))
      cost += kBrokenRule * 10 * static_cast<double>(length) / static_cast<double>(first_);
    if (to.moving - from.moving > motion_)
      cost += kBrokenRule * static_cast<double>(to.moving - from.moving) / static_cast<double>(motion_);
    const double bytes = from.idr + to.bytes - from.bytes;
    if (to.turns > from.turned) cost += kBrokenRule * 0.01;
    if (bytes > bytes_ && length > least_) cost += kBrokenRule * 0.1 * bytes / bytes_;
    // A splinter at the end costs a request and gives nothing.
    if (last && length < least_ / 2) cost += kSegmentOverhead;
    return cost;
  }

  // A short lesson in which little moves is one segment: in a still, an IDR is most of what there is to send.
  [[nodiscard]] bool is_small_still(const Candidate& from, const Candidate& to) const {
    const bool still = 4 * (to.moving - from.moving) < to.pts - from.pts;
    return still && from.idr + to.bytes - from.bytes <= bytes_;
  }

 private:
  Ticks least_, first_, first_slack_, motion_, most_;
  double bytes_;
};

}  // namespace

std::vector<PlannedFrame> plan_frames(const LessonAnalysis& analysis, Ticks end, Ticks hold) {
  std::vector<PlannedFrame> planned;
  for (std::size_t i = 0; i < analysis.frames.size(); ++i) {
    const FrameNote& note = analysis.frames[i];
    planned.push_back(
        {note.pts, note.source_pts, note.area, note.cut, note.sudden, note.moving, false, note.refreshed});
    const bool is_last = i + 1 == analysis.frames.size();
    const Ticks until = is_last ? std::max(end, note.pts + 1) : analysis.frames[i + 1].pts;
    // The last repeat leaves no splinter before the next picture.
    for (Ticks at = note.pts + hold; at + hold / 8 < until; at += hold)
      planned.push_back({at, note.source_pts, 0, false, false, false, true, false});
  }
  for (const Scene& scene : camera_scenes(analysis))
    for (PlannedFrame& frame : planned) frame.camera |= frame.pts >= scene.start && frame.pts < scene.end;
  return planned;
}

namespace {

double choose_segments(std::vector<PlannedFrame>& frames, std::span<const Ticks> allowed, Ticks end,
                       Timescale timescale, const EncodingOptions& options, const ByteModels& bytes) {
  if (frames.empty()) return 0;
  const SegmentRules rules(options, timescale);
  const std::vector<Candidate> places = find_candidates(frames, allowed, end, timescale, bytes);
  std::vector<double> best(places.size(), std::numeric_limits<double>::infinity());
  std::vector<std::size_t> before(places.size(), 0);
  best[0] = 0;
  for (std::size_t to = 1; to < places.size(); ++to) {
    for (std::size_t from = to; from-- > 0;) {
      const double cost = best[from] + rules.cost(places[from], places[to], from == 0, to + 1 == places.size());
      if (cost < best[to]) {
        best[to] = cost;
        before[to] = from;
      }
      // A longer segment than the longest is only made where there is no place to end it sooner.
      if (places[to].pts - places[from].pts > rules.most()) break;
    }
  }
  for (std::size_t at = places.size() - 1; at > 0; at = before[at])
    frames[places[before[at]].frame].starts_segment = true;
  return best.back();
}

}  // namespace

double plan_segments(std::vector<PlannedFrame>& frames, Ticks end, Timescale timescale, const EncodingOptions& options,
                     const ByteModels& bytes) {
  return choose_segments(frames, {}, end, timescale, options, bytes);
}

double plan_segments_at(std::vector<PlannedFrame>& frames, std::span<const Ticks> allowed, Ticks end,
                        Timescale timescale, const EncodingOptions& options, const ByteModels& bytes) {
  // Each place has a frame while they are weighed; of those that only stand for a place, the chosen ones stay.
  std::vector<PlannedFrame> weighed = frames;
  impose_segments(weighed, allowed);
  for (PlannedFrame& frame : weighed) frame.starts_segment = false;
  const double cost = choose_segments(weighed, allowed, end, timescale, options, bytes);
  std::vector<Ticks> starts;
  for (const PlannedFrame& frame : weighed)
    if (frame.starts_segment) starts.push_back(frame.pts);
  impose_segments(frames, starts);
  return cost;
}

void wait_for_segment(std::vector<PlannedFrame>& frames, Timescale timescale) {
  const Ticks latest = rescale(kSharpeningWaitsMs, 1000, timescale);
  std::optional<Ticks> start;  // of the next segment, while only sharpening and repeats lie between
  std::vector<std::size_t> waiting;
  for (std::size_t i = frames.size(); i-- > 0;) {
    const PlannedFrame& frame = frames[i];
    if (frame.starts_segment) {
      start = frame.pts;
    } else if (!frame.repeat) {
      if (!frame.refreshed || !start || *start - frame.pts > latest)
        start.reset();
      else
        waiting.push_back(i);
    }
  }
  for (const std::size_t i : waiting) {
    frames[i].repeat = true;
    frames[i].refreshed = false;
    frames[i].area = 0;
  }
  // Every repeat shows what the last picture that is not one shows.
  for (std::size_t i = 1; i < frames.size(); ++i)
    if (frames[i].repeat && !frames[i].starts_segment) frames[i].source_pts = frames[i - 1].source_pts;
}

void impose_segments(std::vector<PlannedFrame>& frames, std::span<const Ticks> starts) {
  for (PlannedFrame& frame : frames) frame.starts_segment = false;
  for (const Ticks start : starts) {
    const auto after = std::upper_bound(frames.begin(), frames.end(), start,
                                        [](Ticks time, const PlannedFrame& frame) { return time < frame.pts; });
    if (after == frames.begin()) continue;  // nothing is shown yet
    if (const auto at = after - 1; at->pts == start) {
      at->starts_segment = true;
      continue;
    }
    PlannedFrame repeat;
    repeat.pts = start;
    repeat.source_pts = (after - 1)->source_pts;
    repeat.repeat = repeat.starts_segment = true;
    repeat.camera = (after - 1)->camera;
    frames.insert(after, repeat);
  }
}

std::vector<bool> thin_frames(const std::vector<PlannedFrame>& frames, Ticks interval, Timescale timescale) {
  std::vector<bool> kept(frames.size(), true);
  const Ticks slack = interval / 8;
  const Ticks latest = rescale(kEventMs, 1000, timescale);
  Ticks last = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const PlannedFrame& frame = frames[i];
    const bool next_is_soon = i + 1 < frames.size() && !frames[i + 1].repeat && frames[i + 1].pts - last <= latest &&
                              frames[i + 1].pts - frame.pts < interval + slack;
    if (i > 0 && !frame.starts_segment && !frame.cut && !frame.sudden && !frame.repeat && next_is_soon &&
        frame.pts - last < interval - slack)
      kept[i] = false;
    else
      last = frame.pts;
  }
  return kept;
}

}  // namespace chalkline::transcode
