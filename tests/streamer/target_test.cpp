// Request targets: decoded, normalised, and never above the root.
#include "streamer/http/target.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::streamer;

TEST_CASE("a target becomes a path, decoded and without dot segments") {
  struct Case {
    const char* raw;
    const char* path;
    const char* query;
  };
  const std::vector<Case> cases = {
      {"/", "/", ""},
      {"/v/a/b.m4s", "/v/a/b.m4s", ""},
      {"/a?b=c", "/a", "b=c"},
      {"/a?", "/a", ""},
      {"/a?b?c", "/a", "b?c"},
      {"/%61%62", "/ab", ""},
      {"/a%20b", "/a b", ""},
      {"/a%3Fb", "/a?b", ""},
      {"/a/./b", "/a/b", ""},
      {"/a/../b", "/b", ""},
      {"/a/b/..", "/a/", ""},
      {"/a/.", "/a/", ""},
      {"/a/%2e%2e/b", "/b", ""},
      {"/a/.b", "/a/.b", ""},
      {"/a/..b", "/a/..b", ""},
      {"/a/...", "/a/...", ""},
      {"//a", "//a", ""},
      {"/./", "/", ""},
      {"/?../..", "/", "../.."},
      {"http://host/x", "/x", ""},
      {"HTTP://host:80/x?y", "/x", "y"},
      {"https://host", "/", ""},
      {"http://host?y", "/", "y"},
      {"*", "*", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.raw);
    std::string storage;
    const auto target = parse_target(c.raw, storage);
    REQUIRE(target);
    CHECK(target->path == c.path);
    CHECK(target->query == c.query);
  }
}

TEST_CASE("targets that climb, hide a slash or are no path are refused") {
  for (const char* raw :
       {"", "a", "/..", "/../etc/passwd", "/a/../../b", "/%2e%2e/", "/a%2fb", "/a%5Cb", "/%", "/%4", "/%zz", "/a%00b",
        "/a%0ab", "/a%7f", "/a#b", "host:80", "ftp://host/", "http://", "http://user@host/"}) {
    CAPTURE(raw);
    std::string storage;
    CHECK_FALSE(parse_target(raw, storage));
  }
}

TEST_CASE("a plain path is a view into the target") {
  const std::string raw = "/v/0123/video/0/1.m4s";
  std::string storage;
  const auto target = parse_target(raw, storage);
  REQUIRE(target);
  CHECK(target->path.data() == raw.data());
  CHECK(storage.empty());
}

TEST_CASE("the first value of a query key is found and decoded") {
  CHECK(query_value("a=1&b=2", "b") == "2");
  CHECK(query_value("a=1&a=2", "a") == "1");
  CHECK(query_value("a=%41", "a") == "A");
  CHECK(query_value("a", "a") == "");
  CHECK(query_value("ab=1&b=2", "b") == "2");
  CHECK_FALSE(query_value("a=1", "b"));
  CHECK_FALSE(query_value("", ""));
  CHECK_FALSE(query_value("a=%4", "a"));
}

TEST_CASE("percent-encoding leaves only unreserved characters bare") {
  CHECK(percent_encode("a-B_9.~") == "a-B_9.~");
  CHECK(percent_encode("a b/ü") == "a%20b%2F%C3%BC");
}
