// Lines of the access log: what they say, that nobody can write one of their own, that a stalled log loses lines, not
// time.
#include "streamer/delivery/access_log.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/file.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

static const boost::asio::ip::address kPhone = boost::asio::ip::make_address("203.0.113.9");

static AccessLine usual_line() { return {kPhone, "GET", "/v/a/video/0/1.m4s", "1.1", 200, 48'211, 31, "hit", false}; }

TEST_CASE("an access line says who, what, how it ended and what it cost") {
  std::string out;
  append_access_fields(usual_line(), out);
  CHECK(out ==
        "request from=203.0.113.9 method=GET target=/v/a/video/0/1.m4s http=1.1 status=200 bytes=48211 us=31 cache=hit "
        "end=done\n");
  const auto v6 = boost::asio::ip::make_address("2001:db8::7");
  out.clear();
  append_access_fields({v6, "HEAD", "/", "2", 304, 0, 5, "-", true}, out);
  CHECK(out == "request from=2001:db8::7 method=HEAD target=/ http=2 status=304 bytes=0 us=5 cache=- end=aborted\n");
}

TEST_CASE("a target with quotes, spaces or line ends cannot pass for another field or line") {
  AccessLine line = usual_line();
  line.target = "/a\" status=200\nrequest";
  std::string out;
  append_access_fields(line, out);
  CHECK(out.find("target=\"/a\\\" status=200\\nrequest\" http=") != std::string::npos);
  CHECK(out.find('\n') == out.size() - 1);
}

TEST_CASE("lines reach the descriptor in order, with their time") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  {
    AccessLogWriter writer(writing.get());
    AccessLog log(writer);
    const auto time = AccessLog::WallClock::from_time_t(1'700'000'000) + std::chrono::milliseconds(7);
    log.add(usual_line(), time);
    log.add(usual_line(), time + std::chrono::seconds(1));
    log.flush();
    CHECK(writer.dropped_lines() == 0);
  }
  writing.reset();
  std::string all(4096, '\0');
  const ssize_t got = ::read(reading.get(), all.data(), all.size());
  REQUIRE(got > 0);
  all.resize(static_cast<std::size_t>(got));
  CHECK(all.starts_with("2023-11-14T22:13:20.007Z info request from=203.0.113.9 "));
  CHECK(all.find("\n2023-11-14T22:13:21.007Z info request ") != std::string::npos);
}

TEST_CASE("a log that nobody takes drops lines and counts them instead of waiting") {
  ::signal(SIGPIPE, SIG_IGN);  // as chalkline does
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  {
    AccessLogWriter writer(writing.get());
    const std::string kilobyte = std::string(999, 'x') + "\n";
    for (std::size_t i = 0; i < 3 * AccessLogWriter::kMostWaiting / 100'000; ++i) {
      std::string block;
      for (int line = 0; line < 100; ++line) block += kilobyte;
      writer.hand_over(block);
      CHECK(block.empty());
    }
    CHECK(writer.dropped_lines() > 0);
    reading.reset();  // the writer's thread sees a broken pipe and ends
  }
}
