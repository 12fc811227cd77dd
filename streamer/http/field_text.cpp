// A weight's grammar.
#include "streamer/http/field_text.hpp"

namespace chalkline::streamer {

unsigned weight_of(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() == 1) return text[0] == '1' ? 1000 : 0;
  if (text[1] != '.') return 0;
  unsigned value = text[0] == '1' ? 1000 : 0;
  unsigned place = 100;
  for (const char digit : text.substr(2)) {
    if (digit < '0' || digit > '9') return 0;
    value += static_cast<unsigned>(digit - '0') * place;
    place /= 10;
  }
  return value > 1000 ? 0 : value;
}

}  // namespace chalkline::streamer
