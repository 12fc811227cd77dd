// The fields of a head that RequestParser has let through: lines end with CRLF, and none begins with a space.
#include "streamer/management/handler.hpp"

#include <algorithm>

#include "streamer/http/field_text.hpp"

namespace chalkline::streamer {

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
