// Hooks and their outbox: what enters it, who gets it, and that it is neither lost nor sent by two.
#include "library/hooks.hpp"

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/lesson_list.hpp"
#include "library/library.hpp"
#include "tests/library/published_lesson.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
using namespace std::chrono_literals;

namespace {

struct Place {
  tests::TemporaryFolder folder;
  std::int64_t now = 1'000'000;
  Library library = open_library(folder.path(), [this] { return now; }).value();

  void publish(const std::string& title, LessonState state, const std::string& version) {
    tests::publish(library, title, version, state);
  }
  std::vector<std::string> told(const std::string& hook) {
    std::vector<std::string> events;
    for (const Delivery& delivery : library.hooks->deliveries(hook, std::nullopt, std::nullopt, 100).value().deliveries)
      events.insert(events.begin(), delivery.event + " " + delivery.lesson_id);
    return events;
  }
};

const std::string kOne(64, '1');
const std::string kTwo(64, '2');

}  // namespace

TEST_CASE("what happens to lessons and jobs enters the outbox of each hook that wants it") {
  Place place;
  place.publish("Before", LessonState::kPublished, kOne);  // there is no hook yet
  Hooks& hooks = *place.library.hooks;
  const auto [all, secret] = hooks.create("https://a.example/", {}).value();
  const Hook failures = hooks.create("https://b.example/", {"job.failed"}).value().first;
  CHECK(secret.starts_with("whsec_"));
  place.publish("Draft", LessonState::kDraft, kOne);
  place.publish("Open", LessonState::kPublished, kOne);
  LessonRecords& records = *place.library.records;
  const auto set_state = [&](LessonState state) {
    LessonRecord record = records.find("draft").value();
    record.details.state = state;
    REQUIRE(records.replace("draft", record.details, record.revision, {}).value());
  };
  set_state(LessonState::kPublished);
  LessonRecord renamed = records.find("draft").value();
  renamed.details.title = "Another";  // nothing that a hook is told
  REQUIRE(records.replace("draft", renamed.details, renamed.revision, {}).value());
  set_state(LessonState::kWithdrawn);
  const Job job = place.library.jobs->enqueue({"open", "incoming/x/b.mp4", "b.mp4", {}, 2}).value();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(place.library.jobs->claim("w", 60s, job.id).value());
    REQUIRE(place.library.jobs->fail(job.id, "w", "it is no video", Retry::kWhileTriesAreLeft));
  }
  CHECK(place.told(all.id) == std::vector<std::string>{"lesson.ready draft", "lesson.published open",
                                                       "lesson.published draft", "lesson.withdrawn draft",
                                                       "job.failed open"});
  CHECK(place.told(failures.id) == std::vector<std::string>{"job.failed open"});
  const Delivery failed = hooks.deliveries(failures.id, std::nullopt, std::nullopt, 1).value().deliveries.at(0);
  CHECK(failed.job == job.id);
  CHECK(failed.failure == "it is no video");
  CHECK(failed.event_id.size() == 32);
}

TEST_CASE("what a mirror receives and loses is told as of when that was, however old it is at its origin") {
  Place place;
  place.now = 40LL * 24 * 3'600'000;  // later than all that would be forgotten
  Hooks& hooks = *place.library.hooks;
  const Hook hook = hooks.create("https://a.example/", {}).value().first;
  Catalogue& lessons = *place.library.catalogue;
  Lesson old{"old", "Old", "", "en", kOne, 1'000, 1'000};
  CHECK(lessons.receive(old, "origin").value() == Received::kTaken);
  old.version = kTwo;
  old.updated_ms = 2'000;
  CHECK(lessons.receive(old, "origin").value() == Received::kTaken);  // in the same millisecond
  const std::int64_t received = place.now;
  LessonRecord here = place.library.records->find("old").value();
  place.now += 5'000;
  here.details.state = LessonState::kWithdrawn;
  REQUIRE(place.library.records->replace("old", here.details, here.revision, {}).value());
  here = place.library.records->find("old").value();
  here.details.state = LessonState::kPublished;
  REQUIRE(place.library.records->replace("old", here.details, here.revision, {}).value());
  place.now += 5'000;
  CHECK(lessons.receive_list({}, "origin").value().withdrawn == 1);
  CHECK(place.told(hook.id) == std::vector<std::string>{"lesson.published old", "lesson.published old",
                                                        "lesson.withdrawn old", "lesson.published old",
                                                        "lesson.withdrawn old"});
  std::vector<std::int64_t> after;
  for (const Delivery& one : hooks.deliveries(hook.id, std::nullopt, std::nullopt, 9).value().deliveries)
    after.insert(after.begin(), one.at_ms - received);
  CHECK(after == std::vector<std::int64_t>{0, 1, 5'000, 5'000, 10'000});
  REQUIRE(hooks.forget(received));
  CHECK(hooks.claim(20s).value().value().delivery.version == kOne);
}

TEST_CASE("a delivery is claimed by one, one at a time for a hook, and again when the claim ran out") {
  Place place;
  Hooks& hooks = *place.library.hooks;
  const auto [hook, secret] = hooks.create("https://a.example/", {}).value();
  place.publish("A", LessonState::kPublished, kOne);
  place.publish("B", LessonState::kPublished, kTwo);
  Library other = open_library(place.folder.path(), [&place] { return place.now; }).value();
  const Errand first = hooks.claim(20s).value().value();
  CHECK(first.delivery.lesson_id == "a");
  CHECK(first.secret == secret);
  CHECK_FALSE(other.hooks->claim(20s).value());
  const Hook quick = hooks.create("https://b.example/", {}).value().first;
  place.publish("C", LessonState::kPublished, kOne);
  CHECK(other.hooks->claim(20s).value().value().hook.id == quick.id);  // nobody waits for another's receiver
  place.now += 20'000;
  // What has waited for longer goes first; then the one whose claim ran out.
  for (const char* lesson : {"b", "c"}) {
    const Errand waited = other.hooks->claim(20s).value().value();
    CHECK(waited.delivery.lesson_id == lesson);
    REQUIRE(other.hooks->settle(waited.delivery, {DeliveryState::kDelivered, 0, 204, ""}));
  }
  const Errand again = other.hooks->claim(20s).value().value();
  CHECK(again.delivery.id == first.delivery.id);
  CHECK(again.delivery.event_id == first.delivery.event_id);
  CHECK(again.delivery.tries == 2);
  REQUIRE(hooks.settle(first.delivery, {DeliveryState::kGivenUp, 0, 0, "late"}));  // no longer its own
  REQUIRE(other.hooks->settle(again.delivery, {DeliveryState::kWaiting, place.now + 5'000, 500, "status 500"}));
  const Delivery kept = hooks.deliveries(hook.id, DeliveryState::kWaiting, std::nullopt, 10).value().deliveries.back();
  CHECK(kept.id == first.delivery.id);
  CHECK(kept.problem == "status 500");
  place.publish("D", LessonState::kPublished, kTwo);
  const Errand next = hooks.claim(20s).value().value();  // the one that failed lets others by
  CHECK(next.delivery.lesson_id != "a");
  REQUIRE(hooks.settle(next.delivery, {DeliveryState::kDelivered, 0, 204, ""}));
  CHECK(hooks.send_again(next.hook.id, next.delivery.id).value().state == DeliveryState::kWaiting);
  CHECK(hooks.send_again(next.hook.id, next.delivery.id).error().code == Errc::kBusy);
  CHECK(hooks.send_again(quick.id, first.delivery.id).error().code == Errc::kNotFound);
}

TEST_CASE(
    "a hook whose receiver fails rests with all that it is to be told, and is told of it when it takes something") {
  Place place;
  Hooks& hooks = *place.library.hooks;
  const Hook hook = hooks.create("https://a.example/", {}).value().first;
  place.publish("A", LessonState::kPublished, kOne);
  place.publish("B", LessonState::kPublished, kOne);
  place.publish("C", LessonState::kPublished, kOne);
  const auto fail = [&](const Errand& errand, std::int64_t until) {
    REQUIRE(hooks.settle(errand.delivery, {DeliveryState::kWaiting, until, 503, "status 503", until}));
  };
  fail(hooks.claim(20s).value().value(), place.now + 5'000);
  CHECK_FALSE(hooks.claim(20s).value());
  CHECK(hooks.find(hook.id).value().rests_until_ms == place.now + 5'000);
  place.now += 5'000;
  const Errand second = hooks.claim(20s).value().value();
  CHECK(second.delivery.lesson_id == "b");  // what fails lets others by
  CHECK(second.hook.failures == 1);
  fail(second, place.now + 20'000);
  CHECK(hooks.find(hook.id).value().failures == 2);
  CHECK_FALSE(hooks.claim(20s).value());
  REQUIRE(hooks.set_enabled(hook.id, true));  // somebody knows that it is well
  const Errand third = hooks.claim(20s).value().value();
  CHECK(third.delivery.lesson_id == "c");
  CHECK(third.hook.failures == 0);
  fail(third, place.now + 20'000);
  REQUIRE(hooks.settle(third.delivery, {DeliveryState::kDelivered, 0, 204, ""}));  // not its claim any more
  CHECK(hooks.find(hook.id).value().failures == 1);
  place.now += 20'000;
  REQUIRE(hooks.settle(hooks.claim(20s).value().value().delivery, {DeliveryState::kDelivered, 0, 204, ""}));
  CHECK(hooks.find(hook.id).value().failures == 0);
  const Errand last = hooks.claim(20s).value().value();
  fail(last, place.now + 90'000);
  const Delivery taken = hooks.deliveries(hook.id, DeliveryState::kDelivered, std::nullopt, 1).value().deliveries.at(0);
  REQUIRE(hooks.send_again(hook.id, taken.id));  // by hand, and now
  CHECK(hooks.claim(20s).value().has_value());
}

TEST_CASE("what is sent again by hand goes before what piled up") {
  Place place;
  Hooks& hooks = *place.library.hooks;
  const Hook hook = hooks.create("https://a.example/", {}).value().first;
  place.publish("A", LessonState::kPublished, kOne);
  const Errand first = hooks.claim(20s).value().value();
  REQUIRE(hooks.settle(first.delivery, {DeliveryState::kDelivered, 0, 204, ""}));
  place.publish("B", LessonState::kPublished, kOne);
  place.publish("C", LessonState::kPublished, kOne);
  place.now += 60'000;  // the receiver is slow
  REQUIRE(hooks.send_again(hook.id, first.delivery.id));
  CHECK(hooks.claim(20s).value().value().delivery.id == first.delivery.id);
}

TEST_CASE("a hook that is off is not told, one that goes takes its outbox with it, and old events are forgotten") {
  Place place;
  Hooks& hooks = *place.library.hooks;
  REQUIRE(hooks.configure({"https://a.example/", "https://b.example/"}));
  const Hook first = hooks.list().value().at(0);
  CHECK(first.configured);
  CHECK(hooks.remove(first.id).error().code == Errc::kBusy);
  CHECK(hooks.remove("nothing").error().code == Errc::kNotFound);
  place.publish("A", LessonState::kPublished, kOne);
  CHECK_FALSE(hooks.set_enabled(first.id, false).value().enabled);
  place.publish("B", LessonState::kPublished, kOne);
  CHECK(place.told(first.id) == std::vector<std::string>{"lesson.published a"});
  REQUIRE(hooks.configure({"https://a.example/"}));  // as after a restart
  CHECK(hooks.list().value().size() == 1);
  CHECK(hooks.list().value().at(0).id == first.id);
  CHECK_FALSE(hooks.claim(1s).value());
  REQUIRE(hooks.set_enabled(first.id, true));
  CHECK(hooks.claim(1s).value());
  REQUIRE(hooks.forget(place.now + 1));
  CHECK(place.told(first.id).empty());
  for (int i = 1; i < kMostHooks; ++i) REQUIRE(hooks.create("https://c.example/", {}));
  CHECK(hooks.create("https://c.example/", {}).error().code == Errc::kBusy);
}
