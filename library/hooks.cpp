// The words for states.
#include "library/hooks.hpp"

namespace chalkline::library {

static constexpr std::array<std::pair<DeliveryState, std::string_view>, 4> kDeliveryStates = {{
    {DeliveryState::kWaiting, "waiting"},
    {DeliveryState::kSending, "sending"},
    {DeliveryState::kDelivered, "delivered"},
    {DeliveryState::kGivenUp, "given_up"},
}};

std::string_view name(DeliveryState state) noexcept {
  for (const auto& [one, word] : kDeliveryStates)
    if (one == state) return word;
  return "";
}

std::optional<DeliveryState> delivery_state_named(std::string_view text) noexcept {
  for (const auto& [one, word] : kDeliveryStates)
    if (word == text) return one;
  return std::nullopt;
}

}  // namespace chalkline::library
