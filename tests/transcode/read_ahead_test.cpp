// Reading ahead: what is taken, in which order, on which thread, and how it ends.
#include "transcode/reading/read_ahead.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

namespace {

class Taken final : public DecodedOutlet {
 public:
  Result<void> picture(DecodedPicture picture) override {
    elsewhere = elsewhere || std::this_thread::get_id() != thread_;
    all.push_back("p" + std::to_string(picture.pts));
    if (picture.pts == throw_at) throw std::runtime_error("no more");
    return picture.pts == fail_at ? Result<void>(Error(Errc::kDiskFull, "full")) : Result<void>();
  }
  void passed_over(Ticks pts, Ticks) override { all.push_back("o" + std::to_string(pts)); }
  Result<void> sound(std::size_t track, Sound sound) override {
    all.push_back("s" + std::to_string(track) + "@" + std::to_string(sound.at_us));
    return {};
  }
  void tick() override { ++ticks; }

  std::vector<std::string> all;
  Ticks fail_at = -1, throw_at = -1;
  std::atomic<int> ticks{0};
  bool elsewhere = false;

 private:
  std::thread::id thread_ = std::this_thread::get_id();
};

Result<ReadOutcome> read_thousand(DecodedOutlet& into) {
  for (Ticks at = 0; at < 1000; ++at) {
    CHALK_TRY(into.picture({nullptr, at, 1}));
    into.passed_over(at, 1);
    CHALK_TRY(into.sound(1, {nullptr, at}));
  }
  ReadOutcome outcome;
  outcome.warnings = {"read"};
  return outcome;
}

}  // namespace

TEST_CASE("all that is read is taken in its order, by who called") {
  Taken taken;
  const auto outcome = read_ahead(taken, read_thousand);
  REQUIRE(outcome.has_value());
  CHECK(outcome->warnings == std::vector<std::string>{"read"});
  REQUIRE(taken.all.size() == 3000);
  for (std::size_t i = 0; i < 1000; ++i) {
    const std::string at = std::to_string(i);
    REQUIRE(taken.all[3 * i] == "p" + at);
    REQUIRE(taken.all[3 * i + 1] == "o" + at);
    REQUIRE(taken.all[3 * i + 2] == "s1@" + at);
  }
  CHECK_FALSE(taken.elsewhere);
  CHECK(taken.ticks == 3000);
}

TEST_CASE("who takes no more ends the reading, and is heard rather than the reader") {
  Taken taken;
  taken.fail_at = 10;
  bool ended_early = false;
  const auto outcome = read_ahead(taken, [&](DecodedOutlet& into) {
    auto read = read_thousand(into);
    ended_early = !read.has_value();
    return read;
  });
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == Errc::kDiskFull);
  CHECK(taken.all.back() == "p10");
  CHECK(ended_early);
}

TEST_CASE("what was read before the reader failed is taken, and then the failure is told") {
  Taken taken;
  const auto outcome = read_ahead(taken, [](DecodedOutlet& into) -> Result<ReadOutcome> {
    CHALK_TRY(into.picture({nullptr, 7, 1}));
    return Error(Errc::kUnusableInput, "damaged");
  });
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == Errc::kUnusableInput);
  CHECK(taken.all == std::vector<std::string>{"p7"});
}

TEST_CASE("nobody waits for ever where one of the two throws") {
  Taken taken;
  CHECK_THROWS_WITH(
      (void)read_ahead(taken, [](DecodedOutlet&) -> Result<ReadOutcome> { throw std::runtime_error("torn"); }), "torn");
  taken.throw_at = 3;
  CHECK_THROWS_WITH((void)read_ahead(taken, read_thousand), "no more");
}

TEST_CASE("while nothing comes, who waits hears that the reading goes on") {
  Taken taken;
  const auto outcome = read_ahead(taken, [&](DecodedOutlet& into) -> Result<ReadOutcome> {
    while (taken.ticks < 2) into.tick();
    return ReadOutcome{};
  });
  CHECK(outcome.has_value());
  CHECK(taken.all.empty());
}
