// JSON lines between the transcode and the worker, and progress as text.
#include "cli/jobs/event.hpp"

#include <doctest/doctest.h>

#include "cli/display/progress_text.hpp"

using namespace chalkline;
using namespace chalkline::cli;

TEST_CASE("progress survives the way through a line") {
  const ProgressEvent event{"encoding", 0.125, 3.5, 80};
  const std::string line = to_line(event);
  CHECK(line ==
        "{\"event\":\"progress\",\"stage\":\"encoding\",\"fraction\":0.125,\"speed\":3.5,\"seconds_left\":80.0}\n");
  CHECK(std::get<ProgressEvent>(parse_event(line).value()) == event);
  const ProgressEvent unknown{"probing", 0, 0, -1};
  CHECK(to_line(unknown) == "{\"event\":\"progress\",\"stage\":\"probing\",\"fraction\":0.0}\n");
  CHECK(std::get<ProgressEvent>(parse_event(to_line(unknown)).value()) == unknown);
}

TEST_CASE("an error survives the way through a line, even with a name that is no UTF-8") {
  const std::string line =
      to_line(Error(Errc::kUnusableInput, "cannot use \xff\xfe.mp4: it is \"text\"\n", "check it"));
  CHECK(line.find("\"exit_code\":4") != std::string::npos);
  const auto event = std::get<ErrorEvent>(parse_event(line).value());
  CHECK(event.code == "unusable_input");
  CHECK(event.message == "cannot use \xEF\xBF\xBD\xEF\xBF\xBD.mp4: it is \"text\"\n");
  CHECK(event.hint == "check it");
}

TEST_CASE("what is no event is passed over") {
  for (const char* line :
       {"", "x", "[1]", "{}", "{\"event\":\"tea\"}", "{\"event\":7}", "{\"event\":\"progress\"", "null"})
    CHECK_MESSAGE(!parse_event(line), line);
  const auto odd = parse_event("{\"event\":\"progress\",\"stage\":5,\"fraction\":\"half\"}");
  CHECK(std::get<ProgressEvent>(odd.value()) == ProgressEvent{});
}

TEST_CASE("a bar fits its terminal") {
  const ProgressEvent event{"encoding", 0.5, 3.14, 79.2};
  CHECK(bar_text(event, 80) == "encoding   [====================>                   ]  50 %  3.1x  1:20 left");
  CHECK(bar_text(event, 50) == "encoding   [=======>      ]  50 %  3.1x  1:20 left");
  for (int columns = 0; columns < 100; ++columns)
    CHECK(bar_text(event, columns).size() <= static_cast<std::size_t>(columns));
}

TEST_CASE("a bar is empty at the start, full at the end and says nothing it does not know") {
  CHECK(bar_text({"probing", 0, 0, -1}, 40) == "probing    [>                    ]   0 %");
  CHECK(bar_text({"encoding", 1, 0, 0}, 44) == "encoding   [==============] 100 %  0:00 left");
  CHECK(bar_text({"encoding", 7, 0, -1}, 30).find("100 %") != std::string::npos);
  CHECK(line_text({"encoding", 0.42, 3.14, 80}) == "encoding 42 %, 3.1x real time, 1:20 left");
  CHECK(line_text({"copying", 0.999, 0, -1}) == "copying 99 %");
}
