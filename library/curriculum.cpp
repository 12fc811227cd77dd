// The names of the curriculum's levels.
#include "library/curriculum.hpp"

#include <array>
#include <utility>

namespace chalkline::library {

static constexpr std::array<std::pair<NodeKind, std::string_view>, 4> kKinds = {{
    {NodeKind::kCountry, "country"},
    {NodeKind::kGrade, "grade"},
    {NodeKind::kSubject, "subject"},
    {NodeKind::kCourse, "course"},
}};

std::string_view name(NodeKind kind) noexcept {
  for (const auto& [value, text] : kKinds)
    if (value == kind) return text;
  return "course";
}

std::optional<NodeKind> node_kind_named(std::string_view text) noexcept {
  for (const auto& [value, kind_name] : kKinds)
    if (kind_name == text) return value;
  return std::nullopt;
}

}  // namespace chalkline::library
