// What is hot survives a restart of the cache, and a file that is not ours does no harm.
#include "streamer/delivery/warm_start.hpp"

#include <atomic>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "tests/library/temporary_folder.hpp"

using namespace chalkline;
using namespace chalkline::streamer;
using chalkline::tests::TemporaryFolder;

namespace {

class CountingSource final : public ObjectSource {
 public:
  LoadResult load(const std::string& key) override {
    ++loads;
    if (key == "/v/gone") return Error(Errc::kNotFound, "no such object");
    ObjectSpec spec;
    RepresentationSpec part;
    part.owned = std::string(1000, 'x');
    spec.representations.push_back(std::move(part));
    return make_object(std::move(spec));
  }
  std::atomic<int> loads{0};
};

void ask(ObjectCache& cache, ObjectSource& source, const std::string& key) {
  const auto now = ObjectCache::Clock::now();
  const auto found = cache.lookup(key, now, [] { return ObjectCache::Waiter([](const LoadResult&) {}); });
  if (found.lookup == Lookup::kMiss) cache.complete(key, source.load(key), now);
}

}  // namespace

TEST_CASE("hot keys are written one a line and read back; what is not ours is empty") {
  const std::vector<std::string> keys = {"/v/a/1.m4s", "/v/b/2.m4s"};
  CHECK(parse_hot_keys(render_hot_keys(keys)) == keys);
  CHECK(parse_hot_keys(render_hot_keys({"/v/a\nb", "/l/x/multivariant.m3u8", "/v/c"})) ==
        std::vector<std::string>{"/v/c"});
  CHECK(parse_hot_keys("").empty());
  CHECK(parse_hot_keys("something else\n/v/a\n").empty());
  CHECK(parse_hot_keys("chalkline hot objects 1\n/v/a\n/v/half").size() == 1);
}

TEST_CASE("what was asked for again is in the cache after a restart, what was asked for once is not") {
  TemporaryFolder folder;
  const auto file = folder.path() / "cache" / "hot-objects.txt";
  CountingSource source;
  {
    ObjectCache cache(1'000'000);
    WarmStart warm(file, cache, source);
    for (int i = 0; i < 10; ++i) ask(cache, source, "/v/once/" + std::to_string(i));
    for (int round = 0; round < 3; ++round)
      for (int i = 0; i < 10; ++i) ask(cache, source, "/v/often/" + std::to_string(i));
    warm.stop();
  }
  source.loads = 0;
  ObjectCache cache(1'000'000);
  WarmStart warm(file, cache, source);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (source.loads < 10 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  warm.stop();
  CHECK(source.loads == 10);
  for (int i = 0; i < 10; ++i) CHECK(cache.holds("/v/often/" + std::to_string(i)));
  CHECK_FALSE(cache.holds("/v/once/1"));
}

TEST_CASE("a warm start never pushes anything out, and passes over what is gone") {
  TemporaryFolder folder;
  const auto file = folder.path() / "hot-objects.txt";
  std::vector<std::string> keys = {"/v/gone"};
  for (int i = 0; i < 100; ++i) keys.push_back("/v/" + std::to_string(i));
  REQUIRE(write_file(file, render_hot_keys(keys)));
  CountingSource source;
  ObjectCache cache(20'000);
  WarmStart warm(file, cache, source);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (cache.figures().objects < 5 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  warm.stop();
  CHECK(cache.figures().evictions == 0);
  CHECK(cache.holds("/v/0"));
  CHECK(source.loads < 100);
}
