// A bounded queue between the two.
#include "transcode/reading/read_ahead.hpp"

#include <chrono>
#include <cstddef>
#include <future>
#include <utility>
#include <variant>

#include "transcode/reading/frame_queue.hpp"

namespace chalkline::transcode {

namespace {

using Clock = std::chrono::steady_clock;

// About half of these are pictures. More would hold more memory and gain nothing: the slower side sets the pace.
constexpr std::size_t kAhead = 16;
// So often who waits for media hears that the reading goes on, though none comes.
constexpr std::chrono::milliseconds kTickEvery{100};

struct PassedOver {
  Ticks pts = 0;
  Ticks nominal = 0;
};
struct TrackPiece {
  std::size_t track = 0;
  Sound sound;
};
struct StillReading {};
using Item = std::variant<DecodedPicture, PassedOver, TrackPiece, StillReading>;

class Belt final : public DecodedOutlet {
 public:
  Result<void> picture(DecodedPicture picture) override { return push(std::move(picture)); }
  void passed_over(Ticks pts, Ticks nominal) override { (void)push(PassedOver{pts, nominal}); }
  Result<void> sound(std::size_t track, Sound sound) override { return push(TrackPiece{track, std::move(sound)}); }
  void tick() override {
    if (Clock::now() - pushed_ >= kTickEvery) (void)push(StillReading{});
  }
  FrameQueue<Item>& queue() { return queue_; }

 private:
  Result<void> push(Item item) {
    pushed_ = Clock::now();
    if (queue_.push(std::move(item))) return {};
    return Error(Errc::kCancelled, "nobody takes what is read");
  }

  FrameQueue<Item> queue_{kAhead};
  Clock::time_point pushed_ = Clock::now();
};

struct Hand {
  DecodedOutlet& outlet;
  Result<void> operator()(DecodedPicture& picture) const { return outlet.picture(std::move(picture)); }
  Result<void> operator()(const PassedOver& passed) const {
    outlet.passed_over(passed.pts, passed.nominal);
    return {};
  }
  Result<void> operator()(TrackPiece& piece) const { return outlet.sound(piece.track, std::move(piece.sound)); }
  Result<void> operator()(StillReading) const { return {}; }
};

template <class Action>
struct AtEnd {
  Action action;
  ~AtEnd() { action(); }
};

}  // namespace

Result<ReadOutcome> read_ahead(DecodedOutlet& outlet, const std::function<Result<ReadOutcome>(DecodedOutlet&)>& read) {
  Belt belt;
  auto outcome = std::async(std::launch::async, [&] {
    const AtEnd finish{[&] { belt.queue().finish(); }};
    return read(belt);
  });
  const AtEnd give_up{[&] { belt.queue().abandon(); }};  // before `outcome` goes, which waits for the reading
  while (auto item = belt.queue().pop()) {
    CHALK_TRY(std::visit(Hand{outlet}, *item));
    outlet.tick();
  }
  return outcome.get();
}

}  // namespace chalkline::transcode
