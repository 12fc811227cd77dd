// Sharding, freshness and coalescing around the pure policy.
#include "streamer/cache/object_cache.hpp"

#include <algorithm>

namespace chalkline::streamer {

static ObjectCache::Clock::time_point fresh_until(const Object& object, ObjectCache::Clock::time_point now) {
  using TimePoint = ObjectCache::Clock::time_point;
  return object.fresh_for == std::chrono::milliseconds::max() ? TimePoint::max() : now + object.fresh_for;
}

std::string_view name(Lookup lookup) noexcept {
  switch (lookup) {
    case Lookup::kHit: return "hit";
    case Lookup::kStale:
    case Lookup::kStaleRefresh: return "stale";
    case Lookup::kMiss: return "miss";
    case Lookup::kCoalesced: return "coalesced";
  }
  return "miss";
}

ObjectCache::ObjectCache(std::uint64_t max_bytes) : max_bytes_(max_bytes) {
  constexpr std::uint64_t kBytesPerShard = 16'000'000;
  constexpr std::uint64_t kMaxObject = 2'000'000;
  const std::uint64_t count = std::clamp<std::uint64_t>(max_bytes / kBytesPerShard, 1, 16);
  for (std::uint64_t i = 0; i < count; ++i) shards_.push_back(std::make_unique<Shard>(max_bytes / count));
  max_object_bytes_ = std::min(kMaxObject, max_bytes / count / 4);
}

ObjectCache::Shard& ObjectCache::shard_of(std::string_view key) {
  // The map inside a shard uses the low bits of the same hash.
  return *shards_[(std::hash<std::string_view>()(key) >> 40) % shards_.size()];
}

ObjectCache::Found ObjectCache::find_locked(Shard& shard, std::string_view key, Clock::time_point now) {
  Entry* entry = shard.entries.find(key);
  if (entry == nullptr) return {};
  const bool lasts = entry->object->fresh_for == std::chrono::milliseconds::max();
  const auto age = lasts ? Clock::duration::zero() : now - entry->made;
  const std::int64_t age_s = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  if (now < entry->fresh_until) return Found{Lookup::kHit, entry->object, age_s};
  if (now - entry->fresh_until > entry->object->stale_for) return {};
  const auto [at, first] = shard.loading.try_emplace(std::string(key));
  return Found{first ? Lookup::kStaleRefresh : Lookup::kStale, entry->object, age_s};
}

bool ObjectCache::claim(std::string_view key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (shard.entries.contains(key)) return false;
  return shard.loading.try_emplace(std::string(key)).second;
}

void ObjectCache::complete(std::string_view key, LoadResult result, Clock::time_point now) {
  Shard& shard = shard_of(key);
  std::vector<Waiter> waiters;
  {
    const std::lock_guard lock(shard.mutex);
    if (const auto at = shard.loading.find(std::string(key)); at != shard.loading.end()) {
      waiters = std::move(at->second);
      shard.loading.erase(at);
    }
    if (result.has_value()) {
      const ObjectPtr& object = *result;
      if (object->growing)
        shard.entries.erase(key);  // the next who asks may find all of it, or that it was bad
      else
        shard.entries.insert(key, Entry{object, fresh_until(*object, now), now}, object->weight());
    } else if (result.error().code == Errc::kNotFound) {
      shard.entries.erase(key);
    } else if (Entry* entry = shard.entries.find(key); entry != nullptr) {
      entry->fresh_until = now + entry->object->fresh_for;
      result = entry->object;
    }
  }
  for (const Waiter& waiter : waiters) waiter(result);
}

std::vector<std::string> ObjectCache::proven_keys() {
  std::vector<std::vector<std::string>> of_shards;
  std::size_t most = 0;
  for (const auto& shard : shards_) {
    std::vector<std::string>& keys = of_shards.emplace_back();
    const std::lock_guard lock(shard->mutex);
    shard->entries.visit_proven([&](std::string_view key) { keys.emplace_back(key); });
    most = std::max(most, keys.size());
  }
  std::vector<std::string> all;
  for (std::size_t rank = 0; rank < most; ++rank)  // so that a beginning of the list is fair to all shards
    for (std::vector<std::string>& keys : of_shards)
      if (rank < keys.size()) all.push_back(std::move(keys[rank]));
  return all;
}

bool ObjectCache::holds(std::string_view key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  return shard.entries.contains(key);
}

bool ObjectCache::fill(std::string_view key, const ObjectPtr& object, Clock::time_point now) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (object->growing || shard.entries.contains(key)) return true;
  if (shard.entries.total_weight() + object->weight() > shard.entries.max_weight()) return false;
  return shard.entries.insert(key, Entry{object, fresh_until(*object, now), now}, object->weight(), true);
}

ObjectCache::Figures ObjectCache::figures() {
  Figures sum;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard->mutex);
    sum.bytes += shard->entries.total_weight();
    sum.objects += shard->entries.size();
    sum.evictions += shard->entries.evictions();
  }
  return sum;
}

}  // namespace chalkline::streamer
