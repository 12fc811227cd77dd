// The cache policy: bounded by weight, kind to what is asked for again, unmoved by a scan.
#include "streamer/cache/s3_fifo.hpp"

#include <random>
#include <string>

#include <doctest/doctest.h>

using chalkline::streamer::S3Fifo;

static std::string key(int i) { return "k" + std::to_string(i); }

TEST_CASE("what was inserted is found, replaced and erased") {
  S3Fifo<int> cache(100);
  CHECK(cache.find("a") == nullptr);
  CHECK(cache.insert("a", 1, 10));
  REQUIRE(cache.find("a") != nullptr);
  CHECK(*cache.find("a") == 1);
  CHECK(cache.insert("a", 2, 30));
  CHECK(*cache.find("a") == 2);
  CHECK(cache.total_weight() == 30);
  CHECK(cache.insert("a", 3, 5));
  CHECK(cache.total_weight() == 5);
  CHECK(cache.erase("a"));
  CHECK_FALSE(cache.erase("a"));
  CHECK(cache.total_weight() == 0);
}

TEST_CASE("what is larger than the whole cache is not kept, and what it replaced is gone") {
  S3Fifo<int> cache(100);
  cache.insert("a", 1, 10);
  CHECK_FALSE(cache.insert("a", 2, 101));
  CHECK(cache.find("a") == nullptr);
  CHECK(cache.total_weight() == 0);
  S3Fifo<int> none(0);
  CHECK_FALSE(none.insert("a", 1, 1));
}

TEST_CASE("the weight never exceeds the bound, whatever comes") {
  S3Fifo<int> cache(1000);
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string k = key(static_cast<int>(random() % 500));
    if (cache.find(k) == nullptr) cache.insert(k, i, random() % 200);
    if (random() % 50 == 0) cache.erase(key(static_cast<int>(random() % 500)));
    REQUIRE(cache.total_weight() <= 1000);
  }
  CHECK(cache.size() > 0);
  CHECK(cache.evictions() > 0);
}

TEST_CASE("a scan through new keys does not push out what is asked for again and again") {
  S3Fifo<int> cache(1000);
  for (int i = 0; i < 50; ++i) cache.insert(key(i), i, 10);
  for (int round = 0; round < 3; ++round)
    for (int i = 0; i < 50; ++i) REQUIRE(cache.find(key(i)) != nullptr);
  for (int i = 1000; i < 6000; ++i) cache.insert(key(i), i, 10);  // one long lesson, each segment once
  int kept = 0;
  for (int i = 0; i < 50; ++i) kept += cache.find(key(i)) != nullptr;
  CHECK(kept == 50);
}

TEST_CASE("a key that comes back soon after it left goes straight to the main queue") {
  S3Fifo<int> cache(100);
  for (int i = 0; i < 10; ++i) cache.insert(key(i), i, 10);
  for (int i = 0; i < 9; ++i) cache.find(key(i));
  for (int i = 20; i < 23; ++i) cache.insert(key(i), i, 10);
  REQUIRE(cache.find(key(20)) == nullptr);  // left the small queue unasked, remembered as a ghost
  cache.insert(key(20), 20, 10);
  for (int i = 30; i < 35; ++i) cache.insert(key(i), i, 10);  // a scan that only passes the small queue
  CHECK(cache.find(key(20)) != nullptr);
}
