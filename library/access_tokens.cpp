// The names of the roles.
#include "library/access_tokens.hpp"

#include <array>

namespace chalkline::library {

static constexpr std::array<std::pair<Role, std::string_view>, 5> kRoles = {{
    {Role::kMirror, "mirror"},
    {Role::kReader, "reader"},
    {Role::kEditor, "editor"},
    {Role::kOperator, "operator"},
    {Role::kAdmin, "admin"},
}};

std::string_view name(Role role) noexcept {
  for (const auto& [value, text] : kRoles)
    if (value == role) return text;
  return "reader";
}

std::optional<Role> role_named(std::string_view text) noexcept {
  for (const auto& [value, role_name] : kRoles)
    if (role_name == text) return value;
  return std::nullopt;
}

bool is_enough(Role role, Role wanted) noexcept {
  if (wanted == Role::kMirror) return role == Role::kMirror || role == Role::kAdmin;
  return role >= wanted;
}

}  // namespace chalkline::library
