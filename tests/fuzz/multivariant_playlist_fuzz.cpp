// Whatever text is read as a multivariant playlist renders to text that is read as the same playlist; nothing else
// happens.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "manifests/playlist_parser.hpp"
#include "tests/fuzz/property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chalkline::manifests;
  const auto parsed = parse_multivariant_playlist(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed) {
    chalkline::fuzz::demand(!parsed.error().message.empty(), "a refusal says why");
    return 0;
  }
  const auto again = parse_multivariant_playlist(render(*parsed));
  chalkline::fuzz::demand(again.has_value() && *again == *parsed, "a parsed playlist survives text");
  return 0;
}
