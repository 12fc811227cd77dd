// What a user may be called.
#include "library/users.hpp"

#include <algorithm>

namespace chalkline::library {

bool is_user_name(std::string_view name) noexcept {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 64 && plain(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-' || c == '@'; });
}

}  // namespace chalkline::library
