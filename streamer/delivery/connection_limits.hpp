// How many connections may be open, in all and per address. Asked at accept and at close only. Thread-safe.
// An IPv6 client is counted by its /64: that is what one subscriber is given.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace chalkline::streamer {

struct AddressKey {
  std::uint64_t high = 0;  // IPv6: the first 64 bits; IPv4 and mapped IPv4: 0
  std::uint32_t low = 0;   // IPv4
  friend bool operator==(const AddressKey&, const AddressKey&) = default;
};

class ConnectionLimits {
 public:
  ConnectionLimits(int max_all, int max_per_address) : max_all_(max_all), max_per_address_(max_per_address) {}

  // What is open already stays.
  void set(int max_all, int max_per_address) {
    const std::lock_guard lock(mutex_);
    max_all_ = max_all;
    max_per_address_ = max_per_address;
  }

  // True: counted, and to be released. False: over a limit, not counted.
  bool acquire(const AddressKey& address) {
    const std::lock_guard lock(mutex_);
    if (all_ >= max_all_) return false;
    int& here = by_address_[address];
    if (here >= max_per_address_) return false;
    ++here;
    ++all_;
    return true;
  }

  void release(const AddressKey& address) {
    const std::lock_guard lock(mutex_);
    --all_;
    const auto at = by_address_.find(address);
    if (at != by_address_.end() && --at->second == 0) by_address_.erase(at);
  }

 private:
  struct Hash {
    std::size_t operator()(const AddressKey& key) const noexcept {
      return static_cast<std::size_t>((key.high ^ (std::uint64_t{key.low} << 16)) * 0x9E3779B97F4A7C15ULL >> 7);
    }
  };
  std::mutex mutex_;
  int max_all_;
  int max_per_address_;
  int all_ = 0;
  std::unordered_map<AddressKey, int, Hash> by_address_;
};

}  // namespace chalkline::streamer
