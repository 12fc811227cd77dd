// Free text (labels, cues) cannot leave the place it is written to: a quoted string of a tag, a cue of a WebVTT
// segment.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "manifests/hls_tag.hpp"
#include "manifests/utf8.hpp"
#include "manifests/webvtt.hpp"
#include "tests/fuzz/property.hpp"

static void check_tag(std::string_view text) {
  using namespace chalkline::manifests;
  const std::string line = Tag("T").quoted("NAME", text).integer("N", 7).line();
  const std::string_view list = std::string_view(line).substr(3, line.size() - 4);  // without "#T:" and the line feed
  AttributeReader reader(list);
  chalkline::fuzz::demand(reader.quoted("NAME") == quotable(text), "a quoted string is read as it was written");
  chalkline::fuzz::demand(reader.integer("N") == 7 && !reader.failure(), "what follows it is untouched");
}

static void check_cue(std::string_view text) {
  using namespace chalkline::manifests;
  using chalkline::fuzz::demand;
  const std::string clean = clean_cue_text(text);
  demand(is_valid_utf8(clean), "a cue is UTF-8");
  demand(clean.find("-->") == std::string::npos, "a cue holds no arrow");
  demand(clean.find("\n\n") == std::string::npos && !clean.starts_with('\n') && !clean.ends_with('\n'),
         "a cue holds no blank line");
  demand(clean_cue_text(clean) == clean, "cleaning twice changes nothing");
  const std::vector<chalkline::Cue> cues = {{1, 2, std::string(text), std::string(text)}};
  const std::string segment = webvtt_segment(cues, 0, 10);
  std::size_t arrows = 0;
  for (std::size_t at = segment.find("-->"); at != std::string::npos; at = segment.find("-->", at + 3)) ++arrows;
  demand(arrows == (clean.empty() ? 0U : 1U), "one cue makes one cue");
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_tag(text);
  check_cue(text);
  return 0;
}
