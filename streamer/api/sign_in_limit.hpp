// How often a password may be guessed: a wrong one costs a try of the address and the name together, one of the
// address, and one of all; tries come back with time. A name alone has no limit, or anybody could keep its owner out.
// Pure but for its lock: time is a parameter. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chalkline::streamer {

class SignInLimit {
 public:
  static constexpr int kOfNameAndAddress = 5;
  static constexpr std::int64_t kNameAndAddressEveryMs = 30'000;  // one comes back
  static constexpr int kOfAddress = 20;
  static constexpr std::int64_t kAddressEveryMs = 10'000;
  static constexpr int kOfAll = 200;
  static constexpr std::int64_t kAllEveryMs = 1'000;

  // 0: go on, the try is counted. Else so long it takes until there is one again, in ms; nothing is counted.
  std::int64_t begin(std::string_view name, std::string_view address, std::int64_t now_ms);
  // The password was right: the try is given back, and the name's wrong ones from that address are forgiven.
  void succeeded(std::string_view name, std::string_view address, std::int64_t now_ms);

 private:
  // Tries left, as the moment at which all of them are back.
  struct Bucket {
    std::int64_t full_at_ms = 0;
  };
  static std::int64_t wait_of(const Bucket& bucket, int most, std::int64_t every_ms, std::int64_t now_ms);
  static void take(Bucket& bucket, std::int64_t every_ms, std::int64_t now_ms);
  void tidy(std::int64_t now_ms);

  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> by_both_;
  std::unordered_map<std::string, Bucket> by_address_;
  Bucket all_;
};

// The address as it is counted: an IPv6 one by its /64, which is what one subscriber is given.
std::string counted_address(std::string_view address);

}  // namespace chalkline::streamer
