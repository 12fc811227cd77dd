// The table.
#include "bench/weaklink/profiles.hpp"

#include <array>

namespace chalkline::weaklink {
namespace {

// 1 % of packets open a bad spell of five packets on average, of which half are lost: 2.4 % in all, in clumps.
constexpr LossPlan kClumps{.to_bad = 0.01, .to_good = 0.2, .loss_bad = 0.5, .loss_good = 0};

constexpr std::array kProfiles{
    Profile{"gprs", 50, 20, 500, {}, "WebPageTest GPRS"},
    Profile{"edge", 240, 200, 840, {}, "WebPageTest Edge"},
    Profile{"edge-lossy", 240, 200, 840, kClumps, "edge, 2.4 % of packets lost in clumps"},
    Profile{"2g", 280, 256, 800, {}, "WebPageTest 2G"},
    Profile{"3g-slow", 400, 400, 400, {}, "WebPageTest 3G Slow"},
    Profile{"3g", 1600, 768, 300, {}, "WebPageTest 3G"},
    Profile{"3g-lossy", 1600, 768, 300, kClumps, "3g, 2.4 % of packets lost in clumps"},
    Profile{"4g", 9000, 9000, 170, {}, "WebPageTest 4G"},
};

}  // namespace

std::span<const Profile> profiles() noexcept { return kProfiles; }

const Profile* find_profile(std::string_view name) noexcept {
  for (const auto& profile : kProfiles)
    if (profile.name == name) return &profile;
  return nullptr;
}

}  // namespace chalkline::weaklink
