// Captions that wait for their recording: whose change they are, and that none falls between a job and its version.
#include "library/late_captions.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

TEST_CASE("late captions are kept while a recording is on its way, and taken out as its version is published") {
  tests::TemporaryFolder folder;
  Library library = open_library(folder.path()).value();
  LateCaptions& late = *library.late_captions;
  const Job job = library.jobs->enqueue_lesson({"Maji", "", "en"}, {"", "incoming/x/a.mp4", "a.mp4", {}, 1}).value();
  const auto keep = [&](const std::string& language, const std::string& text) {
    return late.keep("maji", language, text, library.records->find("maji").value().revision, {"amina", ""}).value();
  };
  REQUIRE(keep("sw", "first") == LateChange::kDone);
  const std::int64_t seen = library.records->find("maji").value().revision;
  REQUIRE(keep("sw", "second") == LateChange::kDone);
  CHECK(late.keep("maji", "sw", "third", seen, {}).value() == LateChange::kChanged);
  CHECK(late.forget("maji", "sw", seen, {}).value() == LateChange::kChanged);
  CHECK(late.keep("nothing", "sw", "x", 1, {}).error().code == Errc::kNotFound);
  REQUIRE(library.jobs->claim("w", std::chrono::seconds(60), job.id).value());
  const std::vector<LateCaption> known = late.of("maji").value();
  REQUIRE(known.size() == 1);
  CHECK(known[0].webvtt == "second");
  REQUIRE(keep("fr", "later") == LateChange::kDone);  // while the version with the first is made
  const std::string bare(64, '1');
  const std::string with(64, '2');
  CHECK(library.jobs->publish(job.id, "w", with, Next::kNothing, {bare, {known[0].id}, known[0].id}).error().code ==
        Errc::kBusy);
  CHECK_FALSE(library.catalogue->find("maji").value().version);
  CHECK(late.of("maji").value().size() == 2);
  const std::vector<LateCaption> all = late.of("maji").value();
  REQUIRE(library.jobs->publish(job.id, "w", with, Next::kNothing, {bare, {all[0].id}, all[1].id}));
  CHECK(library.catalogue->find("maji").value().version == with);
  REQUIRE(late.of("maji").value().size() == 1);  // what could not be joined
  CHECK(late.of("maji").value()[0].language == "fr");
  CHECK(library.records->versions("maji").value().size() == 2);  // that without them is an older one
  CHECK(keep("en", "too late") == LateChange::kNothing);
  CHECK(late.languages("maji").value() == std::vector<std::string>{"fr"});
  CHECK(late.overdue().value() == std::vector<std::string>{"maji"});  // no job will join it
  // Those of a job that failed wait for its next try.
  const Job again = library.jobs->enqueue({"maji", "incoming/y/b.mp4", "b.mp4", {}, 1}).value();
  CHECK(late.overdue().value().empty());
  REQUIRE(library.jobs->cancel(again.id));
  CHECK(late.overdue().value().empty());
  const auto forget = [&] {
    return late.forget("maji", "fr", library.records->find("maji").value().revision, {"amina", ""}).value();
  };
  CHECK(forget() == LateChange::kDone);
  CHECK(forget() == LateChange::kNothing);
  CHECK(library.audit->list({}, 1).value().entries.at(0).action == "captions.forget");
}
