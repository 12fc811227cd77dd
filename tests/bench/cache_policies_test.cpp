// The trace of lesson viewing and the policies measured on it; and the bar: the server's own cache beats LRU on it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <cstring>
#include <string_view>

#include <doctest/doctest.h>

#include "bench/cache/policies.hpp"
#include "bench/cache/trace.hpp"
#include "streamer/cache/s3_fifo.hpp"

using namespace chalkline;

static bench::TraceOptions small_trace() {
  bench::TraceOptions options;
  options.lessons = 60;
  options.requests = 300'000;
  options.learners = 60;
  return options;
}

TEST_CASE("the same seed makes the same trace, another seed another") {
  auto options = small_trace();
  options.requests = 20'000;
  const bench::Trace first = bench::make_trace(options);
  const bench::Trace again = bench::make_trace(options);
  REQUIRE(first.requests.size() == again.requests.size());
  bool same = true;
  for (std::size_t i = 0; i < first.requests.size(); ++i)
    same = same && first.requests[i].object == again.requests[i].object;
  CHECK(same);
  options.seed = 2;
  const bench::Trace other = bench::make_trace(options);
  CHECK((other.catalogue_bytes != first.catalogue_bytes));
}

TEST_CASE("a trace asks for an object by one size, and not for more than there is") {
  const bench::Trace trace = bench::make_trace(small_trace());
  CHECK(trace.asked_bytes <= trace.catalogue_bytes);
  CHECK(trace.asked_bytes > trace.catalogue_bytes / 10);
  std::vector<std::uint32_t> sizes;
  bool constant = true;
  for (const bench::Request& request : trace.requests) {
    if (request.object >= sizes.size()) sizes.resize(request.object + 1);
    constant = constant && (sizes[request.object] == 0 || sizes[request.object] == request.bytes);
    sizes[request.object] = request.bytes;
  }
  CHECK(constant);
}

TEST_CASE("LRU lets go of what was not used for longest") {
  bench::Lru cache(10);
  CHECK_FALSE(cache.ask(1, 5));
  CHECK_FALSE(cache.ask(2, 5));
  CHECK(cache.ask(1, 5));
  CHECK_FALSE(cache.ask(3, 5));
  CHECK(cache.ask(1, 5));
  CHECK_FALSE(cache.ask(2, 5));
  CHECK_FALSE(cache.ask(9, 11));  // larger than the cache: not kept
}

TEST_CASE("W-TinyLFU keeps what is asked for often against a scan") {
  bench::WTinyLfu cache(1000, 100);
  for (int round = 0; round < 8; ++round)
    for (std::uint32_t object = 0; object < 50; ++object) cache.ask(object, 10);
  for (std::uint32_t object = 1000; object < 2000; ++object) cache.ask(object, 10);
  int kept = 0;
  for (std::uint32_t object = 0; object < 50; ++object) kept += cache.ask(object, 10) ? 1 : 0;
  CHECK(kept > 45);
}

TEST_CASE("the server's policy has a higher hit ratio than LRU at 1, 5 and 20 % of the catalogue") {
  const bench::Trace trace = bench::make_trace(small_trace());
  for (const std::uint64_t percent : {1U, 5U, 20U}) {
    CAPTURE(percent);
    bench::Lru lru(trace.catalogue_bytes / 100 * percent);
    streamer::S3Fifo<char> s3(trace.catalogue_bytes / 100 * percent);
    std::size_t lru_hits = 0, s3_hits = 0;
    std::uint64_t lru_bytes = 0, s3_bytes = 0;
    for (const bench::Request& request : trace.requests) {
      if (lru.ask(request.object, request.bytes)) {
        ++lru_hits;
        lru_bytes += request.bytes;
      }
      char name[sizeof request.object];
      std::memcpy(name, &request.object, sizeof name);
      const std::string_view key(name, sizeof name);
      if (s3.find(key) != nullptr) {
        ++s3_hits;
        s3_bytes += request.bytes;
      } else {
        s3.insert(key, 0, request.bytes);
      }
    }
    CHECK(s3_hits > lru_hits);
    CHECK(s3_bytes > lru_bytes);
  }
}
