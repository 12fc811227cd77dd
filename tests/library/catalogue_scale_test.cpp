// What a large catalogue costs: compared with a small one in the same process, never with a clock on the wall. The
// bound is generous; what it holds off is a list or a search that looks at every lesson.
#include <algorithm>
#include <chrono>
#include <functional>

#include <doctest/doctest.h>

#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

namespace {

struct Filled {
  explicit Filled(int lessons) : library(open_library(folder.path()).value()) {
    std::vector<LessonRow> rows;
    for (int i = 0; i < lessons; ++i) {
      LessonRow row;
      row.details.title = "Lesson " + std::to_string(i);
      row.details.description = "What every lesson says of itself, in a sentence of its own";
      row.details.tags = {"tag" + std::to_string(i % 7)};
      // Twenty of them in either library, spread over all of it.
      if (i % (lessons / 20) == 0) row.details.texts = {{"zh", "数学入門", "needle"}};
      row.path = {"Kenya", "", "", "Course " + std::to_string(i % 40)};
      rows.push_back(std::move(row));
    }
    CHECK(library.records->import(rows, {"test", ""}).value().created == rows.size());
  }
  tests::TemporaryFolder folder;
  Library library;
};

std::chrono::nanoseconds quickest(const std::function<void()>& work) {
  auto best = std::chrono::nanoseconds::max();
  for (int i = 0; i < 15; ++i) {
    const auto began = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::nanoseconds(std::chrono::steady_clock::now() - began));
  }
  return best;
}

}  // namespace

TEST_CASE("a page of the list and a search cost among 10,000 lessons about what they cost among 200") {
  const Filled small(200);
  const Filled large(10'000);
  const auto compare = [&](const std::function<void(const Library&)>& work) {
    const auto few = quickest([&] { work(small.library); });
    const auto many = quickest([&] { work(large.library); });
    MESSAGE("200 lessons: ", few.count() / 1000, " us, 10,000 lessons: ", many.count() / 1000, " us");
    CHECK(many < 20 * few);
  };
  compare([](const Library& library) { CHECK(library.records->list({}, {}, 50).value().lessons.size() == 50); });
  compare([](const Library& library) {
    CHECK(library.records->search("needle", {}, {}, 50).value().lessons.size() == 20);
  });
  compare(
      [](const Library& library) { CHECK(library.records->search("学入", {}, {}, 50).value().lessons.size() == 20); });
}
