// Leaky buckets.
#include "streamer/api/sign_in_limit.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

namespace chalkline::streamer {

static constexpr std::size_t kMostKept = 10'000;  // buckets of either kind before full ones are looked for

static std::string key_of(std::string_view name, std::string_view address) {
  return std::string(address).append(" ").append(name.substr(0, 64));
}

std::int64_t SignInLimit::wait_of(const Bucket& bucket, int most, std::int64_t every_ms, std::int64_t now_ms) {
  // Full again after (tries taken) * every_ms: there is one left while that is at most (most - 1) of them.
  return std::max<std::int64_t>(0, bucket.full_at_ms - now_ms - (most - 1) * every_ms);
}

void SignInLimit::take(Bucket& bucket, std::int64_t every_ms, std::int64_t now_ms) {
  bucket.full_at_ms = std::max(bucket.full_at_ms, now_ms) + every_ms;
}

std::int64_t SignInLimit::begin(std::string_view name, std::string_view address, std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  tidy(now_ms);
  const std::string here = counted_address(address);
  Bucket& both = by_both_[key_of(name, here)];
  Bucket& alone = by_address_[here];
  const std::int64_t wait =
      std::max({wait_of(both, kOfNameAndAddress, kNameAndAddressEveryMs, now_ms),
                wait_of(alone, kOfAddress, kAddressEveryMs, now_ms), wait_of(all_, kOfAll, kAllEveryMs, now_ms)});
  if (wait > 0) return wait;
  take(both, kNameAndAddressEveryMs, now_ms);
  take(alone, kAddressEveryMs, now_ms);
  take(all_, kAllEveryMs, now_ms);
  return 0;
}

void SignInLimit::succeeded(std::string_view name, std::string_view address, std::int64_t /*now_ms*/) {
  const std::scoped_lock lock(mutex_);
  const std::string here = counted_address(address);
  by_both_.erase(key_of(name, here));
  if (const auto alone = by_address_.find(here); alone != by_address_.end())
    alone->second.full_at_ms -= kAddressEveryMs;
  all_.full_at_ms -= kAllEveryMs;
}

void SignInLimit::tidy(std::int64_t now_ms) {
  for (auto* buckets : {&by_both_, &by_address_})
    if (buckets->size() > kMostKept)
      std::erase_if(*buckets, [now_ms](const auto& entry) { return entry.second.full_at_ms <= now_ms; });
}

std::string counted_address(std::string_view address) {
  boost::system::error_code failed;
  const auto parsed = boost::asio::ip::make_address(std::string(address), failed);
  if (failed || !parsed.is_v6() || parsed.to_v6().is_v4_mapped()) return std::string(address);
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6(bytes).to_string();
}

}  // namespace chalkline::streamer
