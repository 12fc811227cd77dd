// What a mirror fetches first for those who wait.
#include "mirror/fetch_queue.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::mirror;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const FetchQueue::Clock::time_point kNow{std::chrono::hours(1)};

struct Asked {
  const char* path;
  milliseconds at{0};
};

std::vector<std::string> order_of(const std::vector<Asked>& all) {
  FetchQueue queue;
  std::vector<std::string> fetched;
  for (const Asked& one : all) queue.add(one.path, kNow + one.at, [&fetched, &one] { fetched.emplace_back(one.path); });
  while (!queue.empty()) queue.take()();
  return fetched;
}

}  // namespace

TEST_CASE(
    "what a lesson cannot begin without goes first, packed or not; sound before pictures; then what comes later") {
  CHECK(order_of({{"video/0/2.m4s"},
                  {"audio/und-o12/2.m4s"},
                  {"image/poster.jpg"},
                  {"video/0/1.m4s"},
                  {"audio/und-o12/1.m4s"},
                  {"video/0/playlist.m3u8.br"}}) ==
        std::vector<std::string>{"audio/und-o12/1.m4s", "video/0/playlist.m3u8.br", "video/0/1.m4s", "image/poster.jpg",
                                 "audio/und-o12/2.m4s", "video/0/2.m4s"});
  for (const char* path : {"multivariant.m3u8", "video/0/playlist.m3u8.br", "index.json.gz", "video/0/init.mp4"})
    CHECK_MESSAGE(patience_of(path) == milliseconds(0), path);
}

TEST_CASE("who was first goes first among equals, also far into a lesson: players ask in order") {
  CHECK(order_of({{"video/0/200.m4s"}, {"video/0/2.m4s"}, {"video/1/30.m4s"}}) ==
        std::vector<std::string>{"video/0/200.m4s", "video/0/2.m4s", "video/1/30.m4s"});
}

TEST_CASE("nobody waits for ever: what has waited long goes before a beginning") {
  CHECK(order_of({{"video/0/2.m4s"}, {"a/init.mp4", seconds(9)}, {"b/init.mp4", seconds(12)}}) ==
        std::vector<std::string>{"a/init.mp4", "video/0/2.m4s", "b/init.mp4"});
}
