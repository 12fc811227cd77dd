// The fields of a head that RequestParser has let through: lines end with CRLF, and none begins with a space.
#include "streamer/management/handler.hpp"

#include <algorithm>

namespace chalkline::streamer {

static bool same_name(std::string_view name, std::string_view lower_case) {
  return name.size() == lower_case.size() &&
         std::equal(name.begin(), name.end(), lower_case.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b; });
}

static std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view ManagedRequest::field(std::string_view lower_case_name) const {
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && same_name(line.substr(0, colon), lower_case_name))
      return trimmed(line.substr(colon + 1));
  }
  return {};
}

}  // namespace chalkline::streamer
