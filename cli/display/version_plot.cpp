// Three parts below one another, over the same margins; each says how far down it went. Narrow and in large letters, so
// that it can be read on a phone.
#include "cli/display/version_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "cli/display/svg.hpp"
#include "core/format.hpp"

namespace chalkline::cli {

namespace {

constexpr double kWidth = 600, kLeft = 52, kRight = kWidth - 16;
constexpr double kPartHeight = 220, kTimelineHeight = 90;
constexpr double kLine = 19;                          // of text
constexpr double kLetter = 7.1, kTitleLetter = 10.5;  // widths, generous ones
constexpr const char* kColours[] = {"#1668b4", "#c2571a", "#2e7d32", "#8a3a8a", "#a07800", "#c2418c", "#00838f"};
constexpr const char* kGrey = "#767676";
constexpr const char* kOrdinary = "#b00020";

const char* colour(std::size_t i) { return kColours[i % std::size(kColours)]; }

double seconds_of(const VersionIndex& index) { return std::max(0.001, static_cast<double>(index.duration_ms) / 1000); }
double kbps(std::uint64_t bits_per_second) { return static_cast<double>(bits_per_second) / 1000; }

// Cut between two characters of UTF-8 (RFC 3629).
std::string shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most) + "…";
}

// Writes entries one after the other in lines of the plot's width; bottom() is below the last.
class Flow {
 public:
  Flow(Svg& svg, double top) : svg_(svg), y_(top) {}
  void add(std::string_view text, std::string_view ink = {}) {
    const auto letters =
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    const double width = kLetter * static_cast<double>(letters);
    if (x_ > kLeft && x_ + width > kRight) newline();
    svg_.text(x_, y_ + 14, text, "label", "start", ink);
    x_ += width + 20;
  }
  // A sentence, broken between words.
  void sentence(std::string_view words) {
    if (x_ > kLeft) newline();
    const auto most = static_cast<std::size_t>((kRight - kLeft) / kLetter);
    while (!words.empty()) {
      std::size_t end = words.size() <= most ? words.size() : words.rfind(' ', most);
      if (end == std::string_view::npos || end == 0) end = words.size();
      svg_.text(kLeft, y_ + 14, words.substr(0, end), "note");
      y_ += kLine;
      words.remove_prefix(std::min(words.size(), end + 1));
    }
  }
  [[nodiscard]] double bottom() const { return x_ > kLeft ? y_ + kLine : y_; }

 private:
  void newline() {
    x_ = kLeft;
    y_ += kLine;
  }
  Svg& svg_;
  double x_ = kLeft, y_;
};

PlotScale time_scale(const VersionIndex& index) { return {0, seconds_of(index), kLeft, kRight}; }

void time_axis(Svg& svg, const PlotScale& time, double top, double bottom) {
  for (const double whole :
       {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0, 43200.0}) {
    if (time.to() / whole > 9) continue;
    for (double at = 0; at <= time.to(); at += whole) {
      svg.line(time(at), top, time(at), bottom, "grid");
      const char* anchor = at == 0 ? "start" : time(at) > kRight - 24 ? "end" : "middle";
      svg.text(time(at), bottom + 17, format_clock(MediaTime{static_cast<Ticks>(at), 1}), "label", anchor);
    }
    break;
  }
  svg.line(kLeft, bottom, kRight, bottom, "axis");
}

void value_axis(Svg& svg, const PlotScale& scale, int marks) {
  for (const double value : scale.marks(marks)) {
    svg.line(kLeft, scale(value), kRight, scale(value), "grid");
    svg.text(kLeft - 7, scale(value) + 5, fmt::format("{:g}", value), "label", "end");
  }
}

double kbps_of(const SegmentEntry& segment, Timescale timescale) {
  return static_cast<double>(segment.bytes) * 8 / 1000 * timescale / static_cast<double>(segment.duration);
}

// The pictures, and the leanest sound, which most learners get.
std::vector<const RenditionEntry*> drawn(const VersionIndex& index) {
  std::vector<const RenditionEntry*> entries;
  const RenditionEntry* sound = nullptr;
  for (const RenditionEntry& entry : index.renditions) {
    if (entry.segments.empty()) continue;
    if (entry.format.kind == MediaKind::kVideo) entries.push_back(&entry);
    if (entry.format.kind == MediaKind::kAudio &&
        (sound == nullptr || entry.average_bandwidth < sound->average_bandwidth))
      sound = &entry;
  }
  if (sound != nullptr) entries.push_back(sound);
  return entries;
}

std::string name_of(const RenditionEntry& entry, const std::optional<SeenLesson>& seen) {
  const RenditionFormat& format = entry.format;
  if (format.kind == MediaKind::kAudio)
    return fmt::format("sound ({}) {:.1f} kbit/s", name(format.codec), kbps(entry.average_bandwidth));
  std::string text = fmt::format("{}x{} {} {:.1f} kbit/s", format.width, format.height, name(format.codec),
                                 kbps(entry.average_bandwidth));
  const double quality = seen ? seen->quality_of(format.id) : 0;
  return quality > 0 ? text + fmt::format(", quality {:.0f}", quality) : text;
}

double bitrate_part(Svg& svg, const VersionIndex& index, const std::optional<SeenLesson>& seen, double top) {
  svg.text(kLeft, top + 15, "Bitrate of each segment, kbit/s", "head");
  const auto entries = drawn(index);
  double least = 1e9, most = 1;
  for (const RenditionEntry* entry : entries)
    for (const SegmentEntry& segment : entry->segments) {
      least = std::min(least, kbps_of(segment, entry->format.timescale));
      most = std::max(most, kbps_of(segment, entry->format.timescale));
    }
  top += 30;
  const double bottom = top + kPartHeight;
  const PlotScale time = time_scale(index);
  const PlotScale rate(std::clamp(least * 0.8, 0.5, most), most * 1.2, bottom, top, true);
  time_axis(svg, time, top, bottom);
  value_axis(svg, rate, 6);
  Flow legend(svg, bottom + 26);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const RenditionEntry& entry = *entries[i];
    const bool sound = entry.format.kind == MediaKind::kAudio;
    const char* ink = sound ? kGrey : colour(i);
    std::vector<std::pair<double, double>> steps;
    for (const SegmentEntry& segment : entry.segments) {
      const double from = static_cast<double>(segment.start) / entry.format.timescale;
      const double until = static_cast<double>(segment.start + segment.duration) / entry.format.timescale;
      const double y = rate(kbps_of(segment, entry.format.timescale));
      steps.emplace_back(time(from), y);
      steps.emplace_back(time(until), y);
    }
    svg.path(steps, sound ? "thin" : "curve", ink);
    legend.add(name_of(entry, seen), ink);
  }
  return legend.bottom();
}

using Points = std::vector<SeenLesson::Point>;

bool measured(const SeenLesson::Point& point) { return point.kbps > 0 && point.quality > 0; }

// The rungs at the rate that they came to, each with its colour of the part above.
std::vector<std::pair<SeenLesson::Point, const char*>> made_rungs(const VersionIndex& index, const SeenLesson& seen) {
  std::vector<std::pair<SeenLesson::Point, const char*>> made;
  const auto entries = drawn(index);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const RenditionFormat& format = entries[i]->format;
    const SeenLesson::Point point{format.width, format.height, 0, kbps(entries[i]->average_bandwidth),
                                  seen.quality_of(format.id)};
    if (measured(point)) made.emplace_back(point, colour(i));
  }
  return made;
}

void draw_tried(Svg& svg, const Points& tried, const PlotScale& rate, const PlotScale& quality) {
  std::map<std::tuple<int, int, double>, Points> shapes;
  for (const auto& point : tried)
    if (measured(point)) shapes[{point.width, point.height, point.interval}].push_back(point);
  for (auto& [shape, points] : shapes) {
    std::ranges::sort(points, {}, &SeenLesson::Point::kbps);
    std::vector<std::pair<double, double>> curve;
    for (const auto& point : points) curve.emplace_back(rate(point.kbps), quality(point.quality));
    svg.path(curve, "thin", kGrey);
    for (const auto& [x, y] : curve) svg.circle(x, y, 2, kGrey, kGrey);
  }
}

void draw_ordinary(Svg& svg, const SeenLesson& seen, const PlotScale& rate, const PlotScale& quality) {
  Points points;
  std::ranges::copy_if(seen.ordinary, std::back_inserter(points), measured);
  std::ranges::sort(points, {}, &SeenLesson::Point::kbps);
  std::vector<std::pair<double, double>> curve;
  for (const auto& point : points) curve.emplace_back(rate(point.kbps), quality(point.quality));
  if (curve.size() > 1) svg.path(curve, "dashed", kOrdinary);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto [x, y] = curve[i];
    svg.box(x - 4, y - 4, 8, 8, kOrdinary);
    svg.text(x + 6, y + 16, fmt::format("{}p", std::min(points[i].width, points[i].height)), "label", "start",
             kOrdinary);
  }
}

double quality_part(Svg& svg, const VersionIndex& index, const SeenLesson& seen, double top) {
  svg.text(kLeft, top + 15, "Quality over rate", "head");
  const auto made = made_rungs(index, seen);
  double least = 1e9, most = 1, lowest = 100;
  const auto include = [&](const SeenLesson::Point& point) {
    if (!measured(point)) return;
    least = std::min(least, point.kbps);
    most = std::max(most, point.kbps);
    lowest = std::min(lowest, point.quality);
  };
  for (const auto* points : {&seen.probed, &seen.ordinary}) std::ranges::for_each(*points, include);
  if (seen.saver) std::ranges::for_each(seen.saver->probed, include);
  for (const auto& [point, ink] : made) include(point);
  top += 30;
  if (most < least) {
    Flow flow(svg, top - 6);
    flow.sentence("Not known: the ladder of this lesson is a fixed one, and nothing was tried.");
    return flow.bottom();
  }
  const double bottom = top + kPartHeight;
  const PlotScale rate(least * 0.75, most * 1.5, kLeft, kRight, true);
  const PlotScale quality(std::max(0.0, std::floor(lowest / 10 - 0.5) * 10), 100, bottom, top);
  for (const double value : rate.marks(0)) {
    svg.line(rate(value), top, rate(value), bottom, "grid");
    svg.text(rate(value), bottom + 17, fmt::format("{:g}", value), "label", "middle");
  }
  value_axis(svg, quality, 6);
  svg.line(kLeft, bottom, kRight, bottom, "axis");
  draw_tried(svg, seen.probed, rate, quality);
  if (seen.saver) draw_tried(svg, seen.saver->probed, rate, quality);
  draw_ordinary(svg, seen, rate, quality);
  for (const auto& [point, ink] : made) svg.circle(rate(point.kbps), quality(point.quality), 6.5, ink, "#fff");

  Flow legend(svg, bottom + 26);
  legend.add("● a rung as it was made", colour(0));
  if (std::ranges::any_of(seen.ordinary, measured)) legend.add("■ an ordinary site's ladder", kOrdinary);
  legend.add("· tried for this lesson", kGrey);
  legend.sentence(
      "Across: kbit/s of pictures over the whole lesson. Up: the picture at the recording's size, 0 to 100 on a "
      "scale like VMAF's, as the planner's probe encodes foretold it.");
  if (std::ranges::any_of(seen.ordinary, measured))
    legend.sentence(
        "The ordinary ladder was not made: PeerTube's encoder settings (x264 veryfast, CRF 23, an IDR every two "
        "seconds) on the same pieces of this lesson, reckoned for all of it. Beside real encodes of three "
        "recordings its rates were 0.7 to 1.25 times the true ones.");
  return legend.bottom();
}

void draw_new(Svg& svg, const SeenLesson& seen, const PlotScale& time, double bottom) {
  std::map<int, SeenLesson::Frame> columns;  // one bar for each column of pixels
  for (const SeenLesson::Frame& frame : seen.frames) {
    SeenLesson::Frame& column = columns[static_cast<int>(std::lround(time(frame.at)))];
    column.area = std::max(column.area, frame.area);
    column.moving = column.moving || frame.moving;
  }
  for (const auto& [x, frame] : columns) {
    const double height = std::max(2.0, std::sqrt(std::clamp(frame.area, 0.0, 1.0)) * (kTimelineHeight - 10));
    svg.box(x - 0.5, bottom - height, 1.2, height, frame.moving ? colour(4) : colour(0));
  }
}

double slides_part(Svg& svg, const VersionIndex& index, const SeenLesson& seen, double top) {
  const PlotScale time = time_scale(index);
  svg.text(kLeft, top + 15,
           fmt::format("Timeline: {} of {} frames show something new", seen.frames.size(), seen.frames_seen), "head");
  top += 34;
  const double bottom = top + kTimelineHeight;
  time_axis(svg, time, top, bottom);
  draw_new(svg, seen, time, bottom);
  int last = -1;
  for (const double cut : seen.cuts) {
    const int x = static_cast<int>(std::lround(time(cut)));
    if (x != std::exchange(last, x)) svg.line(x, top - 6, x, top + 6, "cut", colour(1));
  }
  double below = bottom + 26;
  if (!index.chapters.empty()) {
    // The container's own chapters may be a thousand: those too narrow to be read are drawn without their names.
    int odd = 0;
    last = -1;
    for (const Chapter& chapter : index.chapters) {
      const double from = time(static_cast<double>(chapter.start_ms) / 1000);
      const double until = time(static_cast<double>(chapter.end_ms) / 1000);
      if (static_cast<int>(from) == std::exchange(last, static_cast<int>(from))) continue;
      svg.box(from, below, std::max(1.0, until - from - 1), 22, odd++ % 2 == 0 ? "#dce6ee" : "#eef0e2");
      const double letters = (until - from - 8) / kLetter - 1;
      if (letters >= 1) svg.text(from + 4, below + 16, shortened(chapter.title, static_cast<std::size_t>(letters)));
    }
    below += 28;
  }
  Flow legend(svg, below);
  legend.add("▮ new on a slide", colour(0));
  legend.add("▮ in motion", colour(4));
  legend.add("| a cut", colour(1));
  if (!index.chapters.empty()) legend.add("strip: chapters", kGrey);
  legend.sentence("A bar's height is the root of the share of the picture that is new.");
  return legend.bottom();
}

}  // namespace

std::string version_plot(const VersionIndex& index, const std::optional<SeenLesson>& seen) {
  Svg svg(kWidth);
  const auto most = static_cast<std::size_t>((kRight - kLeft) / kTitleLetter);
  svg.text(kLeft, 30, shortened(index.title, most), "title");
  const std::string kind = seen && !seen->kind.empty() ? ", " + seen->kind + " pictures" : "";
  svg.text(kLeft, 52, format_clock(MediaTime{index.duration_ms, 1000}) + kind);
  double bottom = bitrate_part(svg, index, seen, 70);
  if (seen) {
    bottom = quality_part(svg, index, *seen, bottom + 22);
    bottom = slides_part(svg, index, *seen, bottom + 22);
  }
  return svg.finish(bottom + 10);
}

}  // namespace chalkline::cli
