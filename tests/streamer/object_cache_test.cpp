// Lookup results, freshness and coalescing of the shared object cache.
#include "streamer/cache/object_cache.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::streamer;
using std::chrono::milliseconds;

static ObjectPtr object(std::string text, milliseconds fresh = milliseconds::max(),
                        milliseconds stale = milliseconds(0)) {
  ObjectSpec spec;
  spec.media_type = "text/plain";
  spec.fresh_for = fresh;
  spec.stale_for = stale;
  RepresentationSpec part;
  part.owned = std::move(text);
  part.etag = "e";
  spec.representations.push_back(std::move(part));
  return make_object(std::move(spec));
}

struct Waits {
  std::vector<LoadResult> results;
  ObjectCache::Waiter operator()() {
    return [this](const LoadResult& result) { results.push_back(result); };
  }
};

TEST_CASE("the first miss loads, the others wait, then all get it and the next hits") {
  ObjectCache cache(1'000'000);
  const ObjectCache::Clock::time_point now{};
  Waits waits;
  const auto waiter = [&] { return waits(); };
  CHECK(cache.lookup("a", now, waiter).lookup == Lookup::kMiss);
  CHECK(cache.lookup("a", now, waiter).lookup == Lookup::kCoalesced);
  CHECK(cache.lookup("b", now, waiter).lookup == Lookup::kMiss);
  const ObjectPtr made = object("x");
  cache.complete("a", made, now);
  REQUIRE(waits.results.size() == 2);
  CHECK(*waits.results[0] == made);
  const auto found = cache.lookup("a", now, waiter);
  CHECK(found.lookup == Lookup::kHit);
  CHECK(found.object == made);
}

TEST_CASE("a failed load reaches all who waited and is not remembered") {
  ObjectCache cache(1'000'000);
  const ObjectCache::Clock::time_point now{};
  Waits waits;
  const auto waiter = [&] { return waits(); };
  cache.lookup("a", now, waiter);
  cache.lookup("a", now, waiter);
  cache.complete("a", Error(Errc::kIo, "no"), now);
  REQUIRE(waits.results.size() == 2);
  CHECK(waits.results[1].error().code == Errc::kIo);
  CHECK(cache.lookup("a", now, waiter).lookup == Lookup::kMiss);
}

TEST_CASE("what is stale is served while one caller makes it anew") {
  ObjectCache cache(1'000'000);
  const ObjectCache::Clock::time_point start{};
  Waits waits;
  const auto waiter = [&] { return waits(); };
  cache.lookup("a", start, waiter);
  cache.complete("a", object("1", milliseconds(1000), milliseconds(9000)), start);
  CHECK(cache.lookup("a", start + milliseconds(999), waiter).lookup == Lookup::kHit);
  const auto later = start + milliseconds(1500);
  CHECK(cache.lookup("a", later, waiter).lookup == Lookup::kStaleRefresh);
  const auto other = cache.lookup("a", later, waiter);
  CHECK(other.lookup == Lookup::kStale);
  CHECK(other.object->representations.front().bytes == "1");
  cache.complete("a", object("2", milliseconds(1000), milliseconds(9000)), later);
  const auto fresh = cache.lookup("a", later, waiter);
  CHECK(fresh.lookup == Lookup::kHit);
  CHECK(fresh.object->representations.front().bytes == "2");
  CHECK(cache.lookup("a", later + milliseconds(10'001), waiter).lookup == Lookup::kMiss);
}

TEST_CASE("a stale object outlives a failing refresh but not the news that it is gone") {
  ObjectCache cache(1'000'000);
  const ObjectCache::Clock::time_point start{};
  Waits waits;
  const auto waiter = [&] { return waits(); };
  cache.lookup("a", start, waiter);
  const ObjectPtr first = object("1", milliseconds(1000), milliseconds(1000));
  cache.complete("a", first, start);
  waits.results.clear();
  const auto later = start + milliseconds(60'000);
  REQUIRE(cache.lookup("a", later, waiter).lookup == Lookup::kMiss);
  cache.complete("a", Error(Errc::kIo, "the disk is away"), later);
  REQUIRE(waits.results.size() == 1);
  CHECK(*waits.results[0] == first);
  CHECK(cache.lookup("a", later, waiter).lookup == Lookup::kHit);
  const auto much_later = later + milliseconds(60'000);
  cache.lookup("a", much_later, waiter);
  cache.complete("a", Error(Errc::kNotFound, "gone"), much_later);
  CHECK(waits.results.back().error().code == Errc::kNotFound);
  CHECK(cache.lookup("a", much_later, waiter).lookup == Lookup::kMiss);
}

TEST_CASE("without room nothing is kept but misses still coalesce") {
  ObjectCache cache(0);
  const ObjectCache::Clock::time_point now{};
  Waits waits;
  const auto waiter = [&] { return waits(); };
  cache.lookup("a", now, waiter);
  CHECK(cache.lookup("a", now, waiter).lookup == Lookup::kCoalesced);
  cache.complete("a", object("x"), now);
  CHECK(waits.results.size() == 2);
  CHECK(cache.lookup("a", now, waiter).lookup == Lookup::kMiss);
  CHECK(cache.figures().objects == 0);
}
