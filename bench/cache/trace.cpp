// Lessons, visits, and the loop that interleaves them.
#include "bench/cache/trace.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

namespace chalkline::bench {

namespace {

// Average kB of one segment of each rung of a slide lesson with a camera in places; the last is the sound.
constexpr std::array<double, 5> kSegmentKb = {30, 60, 120, 300, 24};
constexpr std::size_t kSound = kSegmentKb.size() - 1;
constexpr std::array<double, kSound> kRungShare = {0.35, 0.35, 0.2, 0.1};

struct Lesson {
  std::uint32_t first_object = 0;  // playlists and init segments of every track, then the segments, track by track
  std::uint32_t segments = 0;
  std::vector<std::uint32_t> bytes;
};

struct Visit {
  std::uint32_t lesson = 0;
  std::uint32_t next = 0;
  std::uint32_t end = 0;
  std::uint32_t rung = 0;
};

class Maker {
 public:
  explicit Maker(const TraceOptions& options) : options_(options), random_(options.seed) {
    for (std::uint32_t i = 0; i < options.lessons; ++i) add_lesson();
    by_rank_.resize(lessons_.size());
    std::iota(by_rank_.begin(), by_rank_.end(), 0U);
    double sum = 0;
    for (std::size_t rank = 1; rank <= lessons_.size(); ++rank)
      cumulative_.push_back(sum += 1 / std::pow(static_cast<double>(rank), options.zipf));
  }

  Trace make() {
    std::vector<Visit> visits(options_.learners);
    for (Visit& visit : visits) visit = new_visit(true);
    while (trace_.requests.size() < options_.requests) {
      Visit& visit = visits[below(static_cast<std::uint32_t>(visits.size()))];
      step(visit);
      if (visit.next >= visit.end) visit = new_visit(false);
    }
    trace_.asked_bytes = 0;
    for (std::size_t object = 0; object < asked_.size(); ++object)
      if (asked_[object]) trace_.asked_bytes += sizes_[object];
    return std::move(trace_);
  }

 private:
  std::uint32_t below(std::uint32_t limit) {
    return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(random_);
  }
  double unit() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  void add_object(double kb) {
    const double spread = std::exp(std::normal_distribution<double>(-0.18, 0.6)(random_));
    sizes_.push_back(static_cast<std::uint32_t>(std::clamp(kb * spread * 1000, 200.0, 1.9e6)));
    trace_.catalogue_bytes += sizes_.back();
  }

  void add_lesson() {
    Lesson lesson;
    lesson.first_object = static_cast<std::uint32_t>(sizes_.size());
    lesson.segments = 60 + below(300);  // ten minutes to an hour
    for (std::size_t track = 0; track < kSegmentKb.size(); ++track) {
      add_object(1.5);  // playlist, compressed
      add_object(0.8);  // init segment
      for (std::uint32_t i = 0; i < lesson.segments; ++i) add_object(kSegmentKb[track]);
    }
    lessons_.push_back(lesson);
    asked_.resize(sizes_.size());
  }

  Visit new_visit(bool at_any_place) {
    if (++visits_ % options_.drift_every == 0) {  // a lesson from anywhere becomes the third most popular
      const auto from = by_rank_.begin() + below(static_cast<std::uint32_t>(by_rank_.size()));
      const auto to = by_rank_.begin() + std::min<std::ptrdiff_t>(2, from - by_rank_.begin());
      std::rotate(to, from, from + 1);
    }
    Visit visit;
    if (class_left_ > 0) {
      --class_left_;
      visit.lesson = class_lesson_;
    } else {
      const double at = unit() * cumulative_.back();
      const auto rank = std::lower_bound(cumulative_.begin(), cumulative_.end(), at) - cumulative_.begin();
      visit.lesson = by_rank_[static_cast<std::size_t>(rank)];
      if (unit() < options_.class_share / 30) {
        class_left_ = 29;
        class_lesson_ = visit.lesson;
      }
    }
    const Lesson& lesson = lessons_[visit.lesson];
    // Two in five leave in the first tenth, a third see all of it.
    const double way = unit();
    const double part = way < 0.4 ? 0.1 * unit() : way < 0.67 ? unit() : 1;
    visit.end = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(part * lesson.segments));
    if (unit() < 0.15) visit.next = below(visit.end);  // comes back to where it was left
    if (at_any_place) visit.next = below(visit.end);
    double share = unit();
    while (visit.rung + 1 < kSound && share > kRungShare[visit.rung]) share -= kRungShare[visit.rung++];
    begin_track(visit, visit.rung);
    begin_track(visit, kSound);
    return visit;
  }

  void ask(std::uint32_t object) {
    trace_.requests.push_back({object, sizes_[object]});
    asked_[object] = true;
  }

  std::uint32_t track_start(const Visit& visit, std::size_t track) const {
    const Lesson& lesson = lessons_[visit.lesson];
    return lesson.first_object + static_cast<std::uint32_t>(track) * (lesson.segments + 2);
  }

  void begin_track(const Visit& visit, std::size_t track) {
    ask(track_start(visit, track));
    ask(track_start(visit, track) + 1);
  }

  void step(Visit& visit) {
    if (unit() < 0.03) {  // the link changed
      visit.rung = below(static_cast<std::uint32_t>(kSound));
      begin_track(visit, visit.rung);
    }
    ask(track_start(visit, visit.rung) + 2 + visit.next);
    ask(track_start(visit, kSound) + 2 + visit.next);
    ++visit.next;
  }

  TraceOptions options_;
  std::mt19937_64 random_;
  std::vector<Lesson> lessons_;
  std::vector<std::uint32_t> by_rank_;
  std::vector<double> cumulative_;
  std::vector<std::uint32_t> sizes_;
  std::vector<bool> asked_;
  std::uint64_t visits_ = 0;
  std::uint32_t class_left_ = 0;
  std::uint32_t class_lesson_ = 0;
  Trace trace_;
};

}  // namespace

Trace make_trace(const TraceOptions& options) { return Maker(options).make(); }

}  // namespace chalkline::bench
