// The names of a lesson's states.
#include "library/catalogue.hpp"

#include <array>
#include <utility>

namespace chalkline::library {

static constexpr std::array<std::pair<LessonState, std::string_view>, 3> kLessonStates = {{
    {LessonState::kDraft, "draft"},
    {LessonState::kPublished, "published"},
    {LessonState::kWithdrawn, "withdrawn"},
}};

std::string_view name(LessonState state) noexcept {
  for (const auto& [value, text] : kLessonStates)
    if (value == state) return text;
  return "draft";
}

std::optional<LessonState> lesson_state_named(std::string_view text) noexcept {
  for (const auto& [value, state_name] : kLessonStates)
    if (state_name == text) return value;
  return std::nullopt;
}

}  // namespace chalkline::library
