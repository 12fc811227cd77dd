// The objects kept in memory, bounded in bytes, shared by all delivery threads: shards, each an S3-FIFO behind its own
// lock that is held for a lookup only. Misses of the same key are coalesced: one loads, the others wait for it.
// lookup() is called on delivery threads, complete() on blocking-pool threads; waiters are called by complete().
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "streamer/cache/object.hpp"
#include "streamer/cache/s3_fifo.hpp"

namespace chalkline::streamer {

using LoadResult = Result<ObjectPtr>;

enum class Lookup : std::uint8_t {
  kHit,           // fresh
  kStale,         // stale and being made anew by somebody: serve it
  kStaleRefresh,  // stale: serve it, and the caller loads and calls complete()
  kMiss,          // absent: the caller loads and calls complete(); its waiter will be called
  kCoalesced,     // absent, somebody loads: the waiter will be called
};
std::string_view name(Lookup lookup) noexcept;

class ObjectCache {
 public:
  using Clock = std::chrono::steady_clock;
  using Waiter = std::function<void(const LoadResult&)>;
  struct Found {
    Lookup lookup = Lookup::kMiss;
    ObjectPtr object;
    std::int64_t age_s = 0;  // since it was made, where that matters: its freshness ends
  };

  // Room is divided among the shards. A shard should hold hundreds of the largest whole objects or the policy has
  // nothing to choose from: so one shard for every 16 MB, at most 16, which is plenty for the threads of one machine.
  explicit ObjectCache(std::uint64_t max_bytes);

  // `make_waiter` is called (under the shard's lock, so it must be quick) only for kMiss and kCoalesced.
  template <class MakeWaiter>
  Found lookup(std::string_view key, Clock::time_point now, const MakeWaiter& make_waiter) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    Found found = find_locked(shard, key, now);
    if (found.lookup != Lookup::kMiss) return found;
    const auto [at, first] = shard.loading.try_emplace(std::string(key));
    at->second.push_back(make_waiter());
    if (!first) found.lookup = Lookup::kCoalesced;
    return found;
  }

  // True: the object is neither here nor on its way, and the caller loads it and calls complete(); nobody waits for it.
  bool claim(std::string_view key);

  // The result of a load that lookup() or claim() asked for. A failure other than kNotFound leaves a stale object in
  // service (stale-if-error) and hands it to the waiters.
  void complete(std::string_view key, LoadResult result, Clock::time_point now);

  // For a warm start: the keys that have proven themselves, the most asked for first; and a load that nobody waits for,
  // of such a key. False where the cache is full enough that it would push something out.
  [[nodiscard]] std::vector<std::string> proven_keys();
  [[nodiscard]] bool holds(std::string_view key);
  bool fill(std::string_view key, const ObjectPtr& object, Clock::time_point now);

  // The largest object worth keeping whole in memory.
  [[nodiscard]] std::uint64_t max_object_bytes() const { return max_object_bytes_; }
  [[nodiscard]] std::uint64_t bytes() const { return max_bytes_; }

  struct Figures {
    std::uint64_t bytes = 0;
    std::uint64_t objects = 0;
    std::uint64_t evictions = 0;
  };
  [[nodiscard]] Figures figures();

 private:
  struct Entry {
    ObjectPtr object;
    Clock::time_point fresh_until;
    Clock::time_point made;
  };
  struct Shard {
    explicit Shard(std::uint64_t max_bytes) : entries(max_bytes) {}
    std::mutex mutex;
    S3Fifo<Entry> entries;
    std::unordered_map<std::string, std::vector<Waiter>> loading;
  };

  Shard& shard_of(std::string_view key);
  static Found find_locked(Shard& shard, std::string_view key, Clock::time_point now);

  std::vector<std::unique_ptr<Shard>> shards_;
  std::uint64_t max_object_bytes_;
  std::uint64_t max_bytes_;
};

}  // namespace chalkline::streamer
