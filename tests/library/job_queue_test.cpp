// The queue's promises, with the clock in the test's hand: leases end when the test says so, not by waiting.
#include "library/job_queue.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
using namespace std::chrono_literals;

namespace {

struct QueueFixture {
  tests::TemporaryFolder folder;
  std::atomic<std::int64_t> now{1'000'000};
  Library library = open_library(folder.path(), [this] { return now.load(); }).value();
  JobQueue& jobs = *library.jobs;

  Job enqueue(const std::string& title, int max_tries = 3) {
    const Lesson lesson = library.catalogue->create({title, "", "sw"}).value();
    NewJob job;
    job.lesson_id = lesson.id;
    job.source = "incoming/a/0/lesson.mp4";
    job.source_name = "lesson.mp4";
    job.sides = {{"incoming/a/1/en.vtt", "en"}, {"incoming/a/2/sw.vtt", "sw"}};
    job.max_tries = max_tries;
    return jobs.enqueue(job).value();
  }
};

const std::string kVersion(64, 'a');

}  // namespace

TEST_CASE_FIXTURE(QueueFixture, "a job comes back from the queue as it went in") {
  const Job made = enqueue("Fractions");
  const Job found = jobs.find(made.id).value();
  CHECK(found.lesson_id == "fractions");
  CHECK(found.source == "incoming/a/0/lesson.mp4");
  CHECK(found.source_name == "lesson.mp4");
  CHECK(found.sides == std::vector<SideFile>{{"incoming/a/1/en.vtt", "en"}, {"incoming/a/2/sw.vtt", "sw"}});
  CHECK(found.state == JobState::kQueued);
  CHECK(found.tries == 0);
  CHECK(found.max_tries == 3);
  CHECK(found.created_ms == 1'000'000);
  CHECK(jobs.find(made.id + 1).error().code == Errc::kNotFound);
}

TEST_CASE_FIXTURE(QueueFixture, "a new lesson and its job are there together, or neither is") {
  NewJob job;
  job.source = "incoming/a/0/lesson.mp4";
  job.source_name = "lesson.mp4";
  const Job queued = jobs.enqueue_lesson({"Maji", "Science", "sw"}, job).value();
  CHECK(queued.lesson_id == "maji");
  CHECK(queued.state == JobState::kQueued);
  CHECK(library.catalogue->find("maji").value().course == "Science");
  CHECK(library.records->search("maji", {}, std::nullopt, 10).value().lessons.size() == 1);
  job.max_tries = 0;  // the table refuses that
  CHECK_FALSE(jobs.enqueue_lesson({"Moto", "", "sw"}, job).has_value());
  CHECK(jobs.enqueue_lesson({"", "", "sw"}, job).error().code == Errc::kInvalidArgument);
  CHECK(library.catalogue->list().value().size() == 1);
  CHECK(jobs.list().value().size() == 1);
}

TEST_CASE_FIXTURE(QueueFixture, "a lesson has one open job at a time") {
  const Job first = enqueue("Fractions");
  NewJob second;
  second.lesson_id = first.lesson_id;
  second.source = "incoming/b/0/again.mp4";
  CHECK(jobs.enqueue(second).error().code == Errc::kBusy);
  REQUIRE(jobs.claim("w", 60s).value());
  CHECK(jobs.enqueue(second).error().code == Errc::kBusy);
  REQUIRE(jobs.publish(first.id, "w", kVersion));
  CHECK(jobs.enqueue(second).has_value());
  second.lesson_id = "nobody";
  CHECK(jobs.enqueue(second).error().code == Errc::kNotFound);
}

TEST_CASE_FIXTURE(QueueFixture, "jobs are claimed oldest first and only once") {
  const Job a = enqueue("A");
  const Job b = enqueue("B");
  CHECK(jobs.claim("w1", 60s).value()->id == a.id);
  CHECK(jobs.claim("w2", 60s).value()->id == b.id);
  CHECK_FALSE(jobs.claim("w3", 60s).value());
  const std::vector<Job> all = jobs.list().value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == b.id);
}

TEST_CASE_FIXTURE(QueueFixture, "a claim may be restricted to one job") {
  enqueue("A");
  const Job b = enqueue("B");
  CHECK(jobs.claim("w", 60s, b.id).value()->id == b.id);
  CHECK_FALSE(jobs.claim("w", 60s, b.id).value());
  CHECK(jobs.claim("w", 60s).value()->lesson_id == "a");
}

TEST_CASE_FIXTURE(QueueFixture, "a renewed lease holds and an expired one goes to the next worker") {
  const Job job = enqueue("A");
  REQUIRE(jobs.claim("slow", 60s).value());
  now += 59'999;
  REQUIRE(jobs.renew(job.id, "slow", 60s, {0.25, 90}));
  CHECK(jobs.find(job.id).value().fraction == 0.25);
  CHECK(jobs.find(job.id).value().seconds_left == 90);
  now += 59'999;
  CHECK_FALSE(jobs.claim("next", 60s).value());
  now += 1;
  const auto taken = jobs.claim("next", 60s).value();
  REQUIRE(taken);
  CHECK(taken->tries == 2);
  CHECK(taken->fraction == 0);
  CHECK(jobs.renew(job.id, "slow", 60s, {0.5, 1}).error().code == Errc::kCancelled);
  CHECK(jobs.publish(job.id, "slow", kVersion).error().code == Errc::kCancelled);
  CHECK(jobs.fail(job.id, "slow", "no", Retry::kNever).error().code == Errc::kCancelled);
  CHECK(jobs.release(job.id, "slow").error().code == Errc::kCancelled);
  CHECK(jobs.publish(job.id, "next", kVersion));
}

TEST_CASE_FIXTURE(QueueFixture, "a late worker whose job nobody took may go on") {
  const Job job = enqueue("A");
  REQUIRE(jobs.claim("slow", 60s).value());
  now += 600'000;
  CHECK(jobs.renew(job.id, "slow", 60s, {0.5, 1}));
}

TEST_CASE_FIXTURE(QueueFixture, "a job whose workers all vanish fails with a reason when its tries are used up") {
  const Job job = enqueue("A", 2);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(jobs.claim("vanishing", 60s).value());
    now += 60'000;
  }
  CHECK_FALSE(jobs.claim("next", 60s).value());
  const Job after = jobs.find(job.id).value();
  CHECK(after.state == JobState::kFailed);
  CHECK(after.failure.find("2 tries") != std::string::npos);
}

TEST_CASE_FIXTURE(QueueFixture, "a failure is tried again only where that may help and a try is left") {
  const Job job = enqueue("A", 2);
  REQUIRE(jobs.claim("w", 60s).value());
  CHECK(jobs.fail(job.id, "w", "the disk hiccuped", Retry::kWhileTriesAreLeft).value() == JobState::kQueued);
  CHECK(jobs.find(job.id).value().failure == "the disk hiccuped");
  REQUIRE(jobs.claim("w", 60s).value());
  CHECK(jobs.fail(job.id, "w", "again", Retry::kWhileTriesAreLeft).value() == JobState::kFailed);
  CHECK(jobs.find(job.id).value().failure == "again");

  const Job other = enqueue("B");
  REQUIRE(jobs.claim("w", 60s).value());
  CHECK(jobs.fail(other.id, "w", "not a video", Retry::kNever).value() == JobState::kFailed);
  CHECK_FALSE(jobs.claim("w", 60s).value());
}

TEST_CASE_FIXTURE(QueueFixture, "a released job is queued again and its try is not counted") {
  const Job job = enqueue("A", 1);
  REQUIRE(jobs.claim("w", 60s).value());
  REQUIRE(jobs.release(job.id, "w"));
  const auto again = jobs.claim("w", 60s).value();
  REQUIRE(again);
  CHECK(again->tries == 1);
}

TEST_CASE_FIXTURE(QueueFixture, "a cancelled job stops its worker at the next renewal") {
  const Job job = enqueue("A");
  REQUIRE(jobs.claim("w", 60s).value());
  REQUIRE(jobs.cancel(job.id));
  CHECK(jobs.renew(job.id, "w", 60s, {0.5, 1}).error().code == Errc::kCancelled);
  CHECK(jobs.find(job.id).value().state == JobState::kCancelled);
  CHECK(jobs.cancel(job.id).error().code == Errc::kNotFound);
  CHECK_FALSE(jobs.claim("w", 60s).value());
}

TEST_CASE_FIXTURE(QueueFixture, "publishing moves job and lesson together") {
  const Job job = enqueue("A");
  REQUIRE(jobs.claim("w", 60s).value());
  now += 5;
  REQUIRE(jobs.publish(job.id, "w", kVersion));
  CHECK(jobs.find(job.id).value().state == JobState::kPublished);
  CHECK(jobs.find(job.id).value().fraction == 1);
  const Lesson lesson = library.catalogue->find("a").value();
  CHECK(lesson.version == kVersion);
  CHECK(lesson.updated_ms == 1'000'005);
}

TEST_CASE_FIXTURE(QueueFixture, "a version name that is none changes neither job nor lesson") {
  const Job job = enqueue("A");
  REQUIRE(jobs.claim("w", 60s).value());
  CHECK_FALSE(jobs.publish(job.id, "w", "too short"));
  CHECK(jobs.find(job.id).value().state == JobState::kRunning);
  CHECK_FALSE(library.catalogue->find("a").value().version);
}

TEST_CASE_FIXTURE(QueueFixture, "many workers in many connections claim every job exactly once") {
  constexpr int kJobs = 60;
  for (int i = 0; i < kJobs; ++i) enqueue("Lesson");
  std::mutex mutex;
  std::map<std::int64_t, int> claims;
  {
    std::vector<std::jthread> workers;
    for (int w = 0; w < 4; ++w)
      workers.emplace_back([&, w] {
        // Its own connection, as another process would have; doctest's macros stay on the main thread.
        Library mine = open_library(folder.path(), [this] { return now.load(); }).value();
        const std::string worker = "worker-" + std::to_string(w);
        for (;;) {
          const auto job = mine.jobs->claim(worker, 60s).value();
          if (!job) return;
          const std::scoped_lock lock(mutex);
          ++claims[job->id];
        }
      });
  }
  CHECK(claims.size() == kJobs);
  for (const auto& claim : claims) CHECK_MESSAGE(claim.second == 1, claim.first);
}

TEST_CASE_FIXTURE(QueueFixture,
                  "a publication may queue the improvement of what it published, in the same transaction") {
  const Job first = enqueue("Fractions");
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  REQUIRE(jobs.publish(first.id, "a", kVersion, Next::kImprove));
  const Job next = jobs.list().value().front();
  CHECK(next.id != first.id);
  CHECK(next.kind == JobKind::kImprove);
  CHECK(next.base == kVersion);
  CHECK(next.state == JobState::kQueued);
  CHECK(next.source == first.source);
  CHECK(next.source_name == first.source_name);
  CHECK(next.max_tries == first.max_tries);
  CHECK(library.catalogue->find("fractions").value().version == kVersion);

  REQUIRE(jobs.claim("a", 60s).value()->id == next.id);
  const std::string better(64, 'b');
  REQUIRE(jobs.publish(next.id, "a", better));
  CHECK(library.catalogue->find("fractions").value().version == better);
  CHECK(jobs.list().value().size() == 2);
}

TEST_CASE_FIXTURE(QueueFixture, "every recording goes before every improvement, however late it comes") {
  const Job first = enqueue("One");
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  REQUIRE(jobs.publish(first.id, "a", kVersion, Next::kImprove));
  const Job late = enqueue("Two");
  CHECK(jobs.claim("a", 60s).value()->id == late.id);
  CHECK(jobs.claim("b", 60s).value()->kind == JobKind::kImprove);
}

TEST_CASE_FIXTURE(QueueFixture, "a recording that has waited for a worker is seen") {
  CHECK_FALSE(jobs.transcode_waits(0ms).value());
  const Job job = enqueue("One");
  CHECK_FALSE(jobs.transcode_waits(3s).value());
  now += 3'000;
  CHECK(jobs.transcode_waits(3s).value());
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  CHECK_FALSE(jobs.transcode_waits(3s).value());
  REQUIRE(jobs.publish(job.id, "a", kVersion, Next::kImprove));
  now += 60'000;
  CHECK_FALSE(jobs.transcode_waits(3s).value());  // an improvement is no recording
}

TEST_CASE_FIXTURE(QueueFixture, "a new recording of a lesson takes the place of an improvement of the old one") {
  const Job first = enqueue("Fractions");
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  REQUIRE(jobs.publish(first.id, "a", kVersion, Next::kImprove));
  const Job improvement = jobs.claim("a", 60s).value().value();
  NewJob again;
  again.lesson_id = first.lesson_id;
  again.source = "incoming/b/0/lesson.mp4";
  REQUIRE(jobs.enqueue(again).has_value());
  CHECK(jobs.find(improvement.id).value().state == JobState::kCancelled);
  CHECK(jobs.publish(improvement.id, "a", std::string(64, 'b')).error().code == Errc::kCancelled);
  CHECK(library.catalogue->find("fractions").value().version == kVersion);
}

TEST_CASE_FIXTURE(QueueFixture,
                  "an improvement whose worker dies is claimed again, and its failure leaves the lesson as it is") {
  const Job first = enqueue("Fractions", 2);
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  REQUIRE(jobs.publish(first.id, "a", kVersion, Next::kImprove));
  const Job improvement = jobs.claim("a", 60s).value().value();
  now += 61'000;
  CHECK(jobs.claim("b", 60s).value()->id == improvement.id);
  CHECK(jobs.fail(improvement.id, "b", "no", Retry::kWhileTriesAreLeft).value() == JobState::kFailed);
  CHECK(library.catalogue->find("fractions").value().version == kVersion);
}

TEST_CASE_FIXTURE(QueueFixture, "a failed or cancelled job is queued again with all its tries, any other is not") {
  const Job job = enqueue("Fractions", 1);
  CHECK(jobs.queue_again(job.id).error().code == Errc::kInvalidArgument);
  CHECK(jobs.queue_again(job.id + 1).error().code == Errc::kNotFound);
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  CHECK(jobs.queue_again(job.id).error().code == Errc::kInvalidArgument);
  REQUIRE(jobs.fail(job.id, "a", "no picture", Retry::kNever));
  const Job again = jobs.queue_again(job.id).value();
  CHECK(again.state == JobState::kQueued);
  CHECK(again.tries == 0);
  CHECK(again.failure.empty());
  REQUIRE(jobs.cancel(job.id));
  NewJob second;
  second.lesson_id = job.lesson_id;
  second.source = "incoming/b/0/lesson.mp4";
  REQUIRE(jobs.enqueue(second));
  CHECK(jobs.queue_again(job.id).error().code == Errc::kBusy);
}

TEST_CASE_FIXTURE(QueueFixture, "an improvement of a version that the lesson has no more is not queued again") {
  const Job first = enqueue("Fractions");
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  REQUIRE(jobs.publish(first.id, "a", kVersion, Next::kImprove));
  const Job improvement = jobs.claim("a", 60s).value().value();
  REQUIRE(jobs.cancel(improvement.id));
  CHECK(jobs.queue_again(improvement.id));
  REQUIRE(jobs.cancel(improvement.id));
  NewJob second;
  second.lesson_id = first.lesson_id;
  second.source = "incoming/b/0/lesson.mp4";
  const Job other = jobs.enqueue(second).value();
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  REQUIRE(jobs.publish(other.id, "a", std::string(64, 'b')));
  CHECK(jobs.queue_again(improvement.id).error().code == Errc::kUnusableInput);
}

TEST_CASE_FIXTURE(QueueFixture,
                  "the highest priority goes first, then the oldest, and improvements after all recordings") {
  const Job improved = enqueue("One");
  REQUIRE(jobs.claim("a", 60s).value().has_value());
  REQUIRE(jobs.publish(improved.id, "a", kVersion, Next::kImprove));
  const Job improvement = jobs.list().value().front();
  const Job low = enqueue("Two");
  const Job older = enqueue("Three");
  const Job high = enqueue("Four");
  CHECK(jobs.set_priority(improvement.id, 100).value().priority == 100);
  CHECK(jobs.set_priority(low.id, -1));
  CHECK(jobs.set_priority(high.id, 5));
  CHECK(jobs.set_priority(high.id, 101).error().code == Errc::kInvalidArgument);
  CHECK(jobs.set_priority(999, 1).error().code == Errc::kNotFound);
  for (const Job& next : {high, older, low, improvement}) CHECK(jobs.claim("a", 60s).value()->id == next.id);
}

TEST_CASE_FIXTURE(QueueFixture, "jobs come in pages, and by state and lesson") {
  for (int i = 0; i < 5; ++i) enqueue("Lesson");
  REQUIRE(jobs.cancel(3));
  std::vector<std::int64_t> seen;
  std::optional<std::int64_t> from;
  do {
    const JobPage page = jobs.list({}, from, 2).value();
    for (const Job& job : page.jobs) seen.push_back(job.id);
    from = page.next;
  } while (from);
  CHECK(seen == std::vector<std::int64_t>{5, 4, 3, 2, 1});
  CHECK(jobs.list({JobState::kCancelled, ""}, {}, 9).value().jobs.at(0).id == 3);
  CHECK(jobs.list({std::nullopt, "lesson-2"}, {}, 9).value().jobs.at(0).id == 2);
}
