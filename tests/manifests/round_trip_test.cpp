// What is rendered is parsed back into the same model, for every lesson in the table.
#include <doctest/doctest.h>

#include "lessons.hpp"
#include "manifests/index_json.hpp"
#include "manifests/playlist_parser.hpp"
#include "manifests/utf8.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::manifests;

template <class T>
static T expect(const Result<T>& result) {
  REQUIRE(result);
  return *result;
}

TEST_CASE("a multivariant playlist survives text") {
  for (const auto& lesson : testing::lessons()) {
    CAPTURE(lesson.name);
    for (const auto& [file, playlist] : lesson.playlists())
      CHECK(expect(parse_multivariant_playlist(render(playlist))) == playlist);
  }
}

TEST_CASE("media and I-frame playlists survive text") {
  for (const auto& lesson : testing::lessons()) {
    const std::int64_t target = target_duration(lesson.index.renditions);
    for (const RenditionEntry& entry : lesson.index.renditions) {
      CAPTURE(lesson.name);
      CAPTURE(entry.format.id);
      const MediaPlaylist media = make_media_playlist(entry, target);
      CHECK(media.segments.size() == entry.segments.size());
      CHECK(expect(parse_media_playlist(render(media))) == media);
      if (entry.format.kind != MediaKind::kVideo) continue;
      const IFramePlaylist iframes = make_iframe_playlist(entry, target);
      CHECK(iframes.frames.size() == entry.segments.size());
      CHECK(expect(parse_iframe_playlist(render(iframes))) == iframes);
    }
  }
}

TEST_CASE("an index survives text, and its text is stable") {
  for (const auto& lesson : testing::lessons()) {
    CAPTURE(lesson.name);
    const std::string text = render_index(lesson.index);
    const VersionIndex parsed = expect(parse_index(text));
    CHECK(render_index(parsed) == text);
    if (lesson.name != "strange-labels") CHECK(parsed == lesson.index);  // that one holds bytes which are repaired
  }
}

TEST_CASE("playlists read with CRLF, comments, blank lines and unknown tags are the same playlists") {
  const auto lesson = testing::lessons().front();
  const auto playlist = make_multivariant_playlist(lesson.index, lesson.options);
  std::string text;
  for (const char c : render(playlist)) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  text.insert(text.find("\r\n") + 2, "# a comment\r\n\r\n#EXT-X-SOMETHING-NEW:A=1\r\n");
  CHECK(expect(parse_multivariant_playlist(text)) == playlist);
}

TEST_CASE("whatever the labels hold, documents are valid UTF-8 without control characters") {
  for (const auto& lesson : testing::lessons()) {
    const std::string playlist = render(make_multivariant_playlist(lesson.index, lesson.options));
    CHECK(is_valid_utf8(playlist));
    CHECK(is_valid_utf8(render_index(lesson.index)));
    for (std::string_view rest = playlist; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      CHECK_FALSE(has_control_character(line));
      rest.remove_prefix(line.size() + 1);
    }
  }
}
