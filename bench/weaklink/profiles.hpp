// The links that can be asked for by name, with WebPageTest's published figures (its connectivity settings; bandwidth
// and round trip as measured there, packet loss published as 0), and two lossy ones of our own for what those leave
// out.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "bench/weaklink/loss.hpp"

namespace chalkline::weaklink {

struct Profile {
  std::string_view name;
  std::uint64_t down_kbps = 0;  // 1000 bit/s of IP packets; 0: no limit
  std::uint64_t up_kbps = 0;
  std::uint64_t rtt_ms = 0;  // of an idle link; half each way
  LossPlan loss;             // each way
  std::string_view about;
};

std::span<const Profile> profiles() noexcept;                 // weakest first
const Profile* find_profile(std::string_view name) noexcept;  // none: nullptr

}  // namespace chalkline::weaklink
