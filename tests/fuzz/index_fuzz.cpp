// Whatever text is read as an index is whole by check_index, renders to text that is read as the same index, and can be
// turned into playlists that our parsers read; nothing else happens.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "manifests/index_json.hpp"
#include "manifests/multivariant_playlist.hpp"
#include "manifests/playlist_parser.hpp"
#include "tests/fuzz/property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chalkline::manifests;
  using chalkline::fuzz::demand;
  const auto parsed = parse_index(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed) {
    demand(!parsed.error().message.empty(), "a refusal says why");
    return 0;
  }
  const std::string text = render_index(*parsed);
  const auto again = parse_index(text);
  demand(again.has_value() && render_index(*again) == text, "a parsed index survives text");
  demand(check_index(*parsed).has_value(), "a parsed index agrees with itself");
  const auto playlist = make_multivariant_playlist(*parsed);
  demand(!playlist.variants.empty(), "a parsed index has variants");
  (void)parse_multivariant_playlist(render(playlist));
  const std::int64_t target = target_duration(parsed->renditions);
  for (const chalkline::RenditionEntry& entry : parsed->renditions) {
    (void)parse_media_playlist(render(make_media_playlist(entry, target)));
    (void)parse_iframe_playlist(render(make_iframe_playlist(entry, target)));
  }
  return 0;
}
