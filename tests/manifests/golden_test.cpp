// Whole documents, byte for byte, of every lesson in the table, against tests/golden/<lesson>/.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "lessons.hpp"
#include "manifests/iframe_playlist.hpp"
#include "manifests/index_json.hpp"
#include "manifests/media_playlist.hpp"
#include "manifests/webvtt.hpp"

using namespace chalkline;
using namespace chalkline::manifests;

static std::map<std::string, std::string> documents(const testing::Lesson& lesson) {
  std::map<std::string, std::string> all;
  all["index.json"] = render_index(lesson.index);
  for (const auto& [file, playlist] : lesson.playlists()) all[file] = render(playlist);
  const std::int64_t target = target_duration(lesson.index.renditions);
  for (const RenditionEntry& entry : lesson.index.renditions) {
    const std::string kind(name(entry.format.kind));
    all.try_emplace(kind + ".m3u8", render(make_media_playlist(entry, target)));
    if (!entry.iframe_playlist.empty()) all.try_emplace("iframes.m3u8", render(make_iframe_playlist(entry, target)));
  }
  return all;
}

static void compare(const std::filesystem::path& path, const std::string& text) {
  if (std::getenv("CHALKLINE_UPDATE_GOLDEN") != nullptr) {
    REQUIRE(make_directories(path.parent_path()).has_value());
    REQUIRE(write_file(path, text).has_value());
  }
  const auto golden = read_file(path);
  REQUIRE_MESSAGE(golden.has_value(), path);
  CHECK_MESSAGE(*golden == text, path);
}

TEST_CASE("every document of every lesson is its golden document, and there is no other golden document") {
  const std::filesystem::path root = CHALKLINE_GOLDEN_DIR;
  std::size_t written = 0;
  for (const testing::Lesson& lesson : testing::lessons()) {
    for (const auto& [file, text] : documents(lesson)) {
      compare(root / lesson.name / file, text);
      ++written;
    }
  }
  const std::vector<Cue> cues = {{500, 2500, "One half & <b>more</b>", "line:0"},
                                 {1900, 4000, "A\n\nB --> C\r\nD", ""}};
  compare(root / "webvtt" / "1.vtt", webvtt_segment(cues, 0, 2000));
  compare(root / "webvtt" / "2.vtt", webvtt_segment(cues, 2000, 8000));
  written += 2;
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (entry.is_regular_file()) ++found;
  CHECK(found == written);
}
