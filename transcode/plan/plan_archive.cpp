// One list of members for each type, which both directions follow.
#include "transcode/plan/plan_archive.hpp"

#include <algorithm>
#include <concepts>
#include <cstring>
#include <functional>
#include <type_traits>
#include <vector>

namespace chalkline::transcode {

namespace {

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;
template <class T>
concept Number = std::is_arithmetic_v<std::remove_const_t<T>> || std::is_enum_v<std::remove_const_t<T>>;

// Numbers as they are; of a vector first the number of its members.
class Packer {
 public:
  template <class... Members>
  void operator()(const Members&... members) {
    (put(members), ...);
  }
  std::string bytes;

 private:
  template <Number T>
  void put(const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::string& text) {
    put(text.size());
    bytes += text;
  }
  template <class T>
  void put(const std::vector<T>& items) {
    put(items.size());
    if constexpr (Is<T, bool>) {
      for (const bool item : items) put(item);
    } else {
      for (const T& item : items) put(item);
    }
  }
  template <class T>
  requires std::is_class_v<T>
  void put(const T& object) { list_members(*this, object); }
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}
  template <class... Members>
  void operator()(Members&... members) {
    (get(members), ...);
  }
  // All was there, and nothing else.
  [[nodiscard]] bool whole() const { return !short_ && rest_.empty(); }

 private:
  template <Number T>
  void get(T& value) {
    if (rest_.size() < sizeof value) {
      short_ = true;
      rest_ = {};
      return;
    }
    if constexpr (Is<T, bool>)
      value = rest_.front() != 0;
    else
      std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
  }
  // Each member takes a byte or more, so that no number makes the reader fill the memory.
  std::size_t count() {
    std::size_t number = 0;
    get(number);
    if (number > rest_.size()) {
      short_ = true;
      rest_ = {};
      number = 0;
    }
    return number;
  }
  void get(std::string& text) {
    const std::size_t size = count();
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  template <class T>
  void get(std::vector<T>& items) {
    const std::size_t size = count();
    items.clear();
    for (std::size_t i = 0; i < size && !short_; ++i) {
      T item{};
      get(item);
      items.push_back(std::move(item));
    }
  }
  template <class T>
  requires std::is_class_v<T>
  void get(T& object) { list_members(*this, object); }

  std::string_view rest_;
  bool short_ = false;
};

template <class Archive, Is<FrameNote> T>
void list_members(Archive& archive, T& note) {
  archive(note.source_pts, note.pts, note.area, note.difference, note.cut, note.sudden, note.moving, note.shows,
          note.refreshed);
}

template <class Archive, Is<LessonAnalysis> T>
void list_members(Archive& archive, T& analysis) {
  archive(analysis.timescale, analysis.end, analysis.frames, analysis.seen, analysis.moving_share);
}

template <class Archive, Is<PlannedFrame> T>
void list_members(Archive& archive, T& frame) {
  archive(frame.pts, frame.source_pts, frame.area, frame.cut, frame.sudden, frame.moving, frame.repeat, frame.refreshed,
          frame.starts_segment, frame.camera);
}

template <class Archive, Is<ProbePoint> T>
void list_members(Archive& archive, T& point) {
  archive(point.width, point.height, point.interval, point.crf, point.kbps, point.quality, point.codec,
          point.camera_crf, point.slides_quality, point.busiest_kbps);
}

template <class Archive, Is<Rung> T>
void list_members(Archive& archive, T& rung) {
  archive(rung.width, rung.height, rung.crf, rung.camera_crf, rung.max_kbps, rung.interval, rung.threads, rung.kind,
          rung.codec, rung.expected_kbps, rung.expected_quality, rung.slides_quality, rung.repackaged);
}

template <class Archive, Is<Ratio> T>
void list_members(Archive& archive, T& ratio) {
  archive(ratio.num, ratio.den);
}

template <class Archive, Is<Storyboard> T>
void list_members(Archive& archive, T& storyboard) {
  archive(storyboard.sheets, storyboard.cues);
}

template <class Archive, Is<LoudnessProfile> T>
void list_members(Archive& archive, T& profile) {
  archive(profile.energy, profile.peak);
}

template <class Archive, Is<SoundKind> T>
void list_members(Archive& archive, T& kind) {
  archive(kind.music_share, kind.side_share, kind.noise_db);
}

template <class Archive, Is<TrackSound> T>
void list_members(Archive& archive, T& sound) {
  archive(sound.loudness, sound.kind);
}

template <class Archive, Is<PictureMap> T>
void list_members(Archive& archive, T& map) {
  archive(map.exact, map.idrs);
}

template <class Archive, Is<LessonPlan> T>
void list_members(Archive& archive, T& plan) {
  archive(plan.analysis, plan.frames, plan.probed, plan.ordinary, plan.rungs, plan.kept, plan.most, plan.poster,
          plan.encoded_because, plan.storyboard, plan.sound, plan.map, plan.wanted);
}

template <class Archive, Is<SaverPlan> T>
void list_members(Archive& archive, T& plan) {
  archive(plan.lesson, plan.saved);
}

// What the pipeline relies on.
bool hangs_together(const LessonPlan& plan) {
  const auto rises = [](const auto& items, auto time) {
    return std::ranges::adjacent_find(items, std::ranges::greater_equal(), time) == items.end();
  };
  const auto fits = [&](const auto& kept) { return kept.size() == plan.frames.size() && kept[0]; };
  const auto sound = [](const Rung& rung) {
    return rung.width >= 2 && rung.height >= 2 && rung.threads >= 1 && rung.kind <= ContentKind::kMoving &&
           rung.codec <= Codec::kAv1;
  };
  return !plan.frames.empty() && plan.frames[0].starts_segment && plan.analysis.timescale > 0 &&
         rises(plan.frames, &PlannedFrame::pts) && rises(plan.wanted, std::identity()) &&
         plan.kept.size() == plan.rungs.size() && plan.most.size() == plan.rungs.size() &&
         std::ranges::all_of(plan.kept, fits) && std::ranges::all_of(plan.rungs, sound);
}

template <class Plan>
std::string packed(const Plan& plan) {
  Packer packer;
  packer(plan);
  return std::move(packer.bytes);
}

template <class Plan>
std::optional<Plan> unpacked(std::string_view bytes) {
  Unpacker unpacker(bytes);
  Plan plan;
  unpacker(plan);
  if (!unpacker.whole()) return std::nullopt;
  return plan;
}

}  // namespace

std::string pack(const LessonPlan& plan) { return packed(plan); }
std::string pack(const SaverPlan& plan) { return packed(plan); }

std::optional<LessonPlan> unpack_lesson_plan(std::string_view bytes) {
  auto plan = unpacked<LessonPlan>(bytes);
  if (plan && (plan->rungs.empty() || !hangs_together(*plan))) plan.reset();
  return plan;
}

std::optional<SaverPlan> unpack_saver_plan(std::string_view bytes) {
  auto plan = unpacked<SaverPlan>(bytes);
  if (plan && !hangs_together(plan->lesson)) plan.reset();
  return plan;
}

}  // namespace chalkline::transcode
