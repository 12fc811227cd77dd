// inspect's picture: what it is drawn from, and that it stays well-formed and small.
#include <doctest/doctest.h>

#include "cli/display/seen_lesson.hpp"
#include "cli/display/svg.hpp"
#include "cli/display/version_plot.hpp"

using namespace chalkline;
using namespace chalkline::cli;

static VersionIndex lesson(int segments) {
  VersionIndex index;
  index.title = "Falling <things> & \"stones\"";
  index.duration_ms = segments * 6000;
  RenditionEntry video;
  video.format.id = "video/0";
  video.format.width = 1280;
  video.format.height = 720;
  video.format.timescale = 1000;
  for (int i = 0; i < segments; ++i) video.segments.push_back({i * 6000, 6000, 7500, 100});
  video.average_bandwidth = 10'000;
  index.renditions = {video};
  index.chapters = {{0, 6000, "Why <b>?"}, {6000, segments * 6000, "2"}};
  return index;
}

static std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST_CASE("analysis.json is read back, and what is not known in it is passed over") {
  const auto seen = parse_seen_lesson(
      R"({"kind":"still","seconds":12.000,"frames_seen":300,"frames_shown":2,"moving_share":0.000,"cuts":[0.000,6.500],)"
      R"("sound":[{"music_share":0.750,"side_share":0.125,"noise_db":-41.5},{"music_share":0.000,"side_share":0.0000}],)"
      R"("segments":[0.000],"probed":[{"width":640,"height":360,"interval":0.100,"crf":30,"kbps":12.50,"quality":70.25}],)"
      R"("ordinary":[{"width":426,"height":240,"interval":0.000,"crf":23,"kbps":44.60,"quality":65.80}],)"
      R"("rungs":[{"width":1280,"height":720,"interval":0.000,"crf":31,"max_kbps":60,"expected_kbps":14.00,)"
      R"("expected_quality":91.50}],"frames":[[0.000,1.0000,0],[6.500,0.5000,1]],"newer":{}})");
  REQUIRE(seen.has_value());
  CHECK(seen->kind == "still");
  CHECK(seen->frames_seen == 300);
  REQUIRE(seen->sound.size() == 2);
  CHECK(seen->sound[0].music == 0.75);
  CHECK(seen->sound[0].two_sided == 0.125);
  CHECK(seen->sound[0].noise_db == -41.5);
  CHECK_FALSE(seen->sound[1].noise_db.has_value());
  CHECK(seen->cuts == std::vector<double>{0, 6.5});
  REQUIRE(seen->probed.size() == 1);
  CHECK(seen->probed[0].quality == 70.25);
  REQUIRE(seen->ordinary.size() == 1);
  CHECK(seen->ordinary[0].kbps == 44.6);
  CHECK(seen->frames[1].moving);
  CHECK(seen->quality_of("video/0") == 91.5);
  CHECK(seen->quality_of("video/1") == 0);
  CHECK(seen->quality_of("video/") == 0);
  CHECK(seen->quality_of("audio/en-opus") == 0);
}

TEST_CASE("a version with a saver ladder tells the quality of its AV1 rungs, which stand after those of H.264") {
  auto seen =
      parse_seen_lesson(R"({"rungs":[{"width":640,"height":360,"expected_quality":70},{"expected_quality":91.5}]})");
  REQUIRE(seen.has_value());
  CHECK(seen->quality_of("video/2") == 0);
  const auto saver = parse_seen_saver(
      R"({"saved":0.380,"probed":[{"width":640,"height":360,"interval":0.000,"crf":47,"kbps":21.50,"quality":74.25}],)"
      R"("ordinary":[],"rungs":[{"width":640,"height":360,"interval":0.000,"crf":50,"max_kbps":60,"expected_kbps":18.00,)"
      R"("expected_quality":72.50}]})");
  REQUIRE(saver.has_value());
  seen->saver = *saver;
  CHECK(seen->saver->saved == 0.38);
  CHECK(seen->quality_of("video/1") == 91.5);
  CHECK(seen->quality_of("video/2") == 72.5);
  CHECK(seen->quality_of("video/3") == 0);
  REQUIRE(seen->saver->probed.size() == 1);
  CHECK(seen->saver->probed[0].kbps == 21.5);
  CHECK(seen->saver->codec == Codec::kAv1);
  CHECK(parse_seen_saver("{}", Codec::kHevc)->codec == Codec::kHevc);
  const auto damaged = parse_seen_saver("[]", Codec::kHevc);
  CHECK(damaged.error().code == Errc::kCorrupt);
  CHECK(damaged.error().message.find("analysis-hevc.json") != std::string::npos);
}

TEST_CASE("a damaged analysis.json is told as that") {
  for (const char* damaged : {"", "{", R"({"cuts":"many"})", R"({"frames":[[1]]})", R"({"rungs":[7]})", "[]"}) {
    const auto seen = parse_seen_lesson(damaged);
    REQUIRE(!seen.has_value());
    CHECK(seen.error().code == Errc::kCorrupt);
  }
}

TEST_CASE("a plot scale has round marks and keeps values inside") {
  CHECK(PlotScale(60, 100, 200, 0).marks(4) == std::vector<double>{60, 70, 80, 90, 100});
  CHECK(PlotScale(8, 60, 0, 100, true).marks(0) == std::vector<double>{10, 20, 50});
  CHECK(PlotScale(1, 100, 0, 100, true)(10) == doctest::Approx(50));
  CHECK(PlotScale(0, 10, 0, 100)(20) == 100);
}

TEST_CASE("the picture shows segments, rungs, the ordinary ladder, cuts and chapters, and any text is safe in it") {
  SeenLesson seen;
  seen.kind = "still";
  seen.frames_seen = 300;
  seen.cuts = {0, 6};
  seen.probed = {{1280, 720, 0, 20, 95}, {1280, 720, 0, 8, 90}, {600, 338, 0, 5, 70}};
  seen.ordinary = {{426, 240, 0, 50, 66}, {1280, 720, 0, 200, 95}};
  seen.rungs = {{1280, 720, 0, 12, 91}};
  seen.frames = {{0, 1, false}, {6, 0.5, true}};
  const std::string svg = version_plot(lesson(4), seen);
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find("Falling &lt;things&gt; &amp; \"stones\"") != std::string::npos);
  CHECK(svg.find("0:24, still pictures") != std::string::npos);
  CHECK(svg.find("<b>") == std::string::npos);
  CHECK(svg.find("1280x720 h264 10.0 kbit/s, quality 91") != std::string::npos);
  CHECK(svg.find("2 of 300 frames show something new") != std::string::npos);
  CHECK(svg.find(">240p<") != std::string::npos);
  CHECK(svg.find("PeerTube") != std::string::npos);
  CHECK(count(svg, "r=\"6.5\"") == 1);      // the rung
  CHECK(count(svg, "r=\"2.0\"") == 3);      // what was tried
  CHECK(count(svg, "width=\"8.0\"") == 2);  // the ordinary ladder
  CHECK(count(svg, "class=\"cut\"") == 2);
  CHECK(count(svg, "height=\"22.0\"") == 2);  // chapters
}

// What stands at `attribute` of the only element that holds `mark`.
static double place(const std::string& svg, std::string_view mark, std::string_view attribute) {
  const std::size_t at = svg.find(mark);
  REQUIRE(at != std::string::npos);
  const std::size_t start = svg.rfind('<', at);
  const std::size_t value = svg.find(attribute, start);
  REQUIRE(value < svg.find('>', at));
  return std::stod(svg.substr(value + attribute.size() + 2));
}

TEST_CASE("what was tried of AV1 and the rungs made of it are drawn beside those of H.264") {
  SeenLesson seen;
  seen.probed = {{1280, 720, 0, 20, 95}, {1280, 720, 0, 8, 90}};
  seen.rungs = {{1280, 720, 0, 12, 91}};
  seen.saver = SeenLesson::Saver{0.4, {{1280, 720, 0, 6, 89}, {1280, 720, 0, 12, 94}}, {{1280, 720, 0, 7, 90}}};
  VersionIndex index = lesson(4);
  index.renditions.push_back(index.renditions[0]);
  index.renditions[1].format.id = "video/1";
  index.renditions[1].format.codec = Codec::kAv1;
  const std::string svg = version_plot(index, seen);
  CHECK(count(svg, "r=\"6.5\"") == 2);
  CHECK(count(svg, "r=\"2.0\"") == 4);
  CHECK(svg.find("1280x720 av1 10.0 kbit/s, quality 90") != std::string::npos);
}

TEST_CASE("a rung stands at the rate it came to, not at the one foretold") {
  SeenLesson seen;
  seen.probed = {{1280, 720, 0, 1, 60}, {1280, 720, 0, 100, 95}};
  seen.rungs = {{1280, 720, 0, 50, 91}};
  VersionIndex index = lesson(4);
  const double ten = place(version_plot(index, seen), "r=\"6.5\"", " cx");
  index.renditions[0].average_bandwidth = 40'000;
  CHECK(place(version_plot(index, seen), "r=\"6.5\"", " cx") > ten + 50);
}

TEST_CASE("a lesson without an ordinary ladder or without probes claims neither") {
  SeenLesson seen;
  seen.probed = {{1280, 720, 0, 1, 60}, {1280, 720, 0, 100, 95}};
  seen.rungs = {{1280, 720, 0, 50, 91}};
  CHECK(version_plot(lesson(4), seen).find("rdinary") == std::string::npos);
  const std::string fixed = version_plot(lesson(4), SeenLesson{});
  CHECK(fixed.find("the ladder of this lesson is a fixed one") != std::string::npos);
  CHECK(count(fixed, "<circle") == 0);
}

TEST_CASE("a version without analysis has its bitrates drawn") {
  const std::string svg = version_plot(lesson(4), std::nullopt);
  CHECK(count(svg, "class=\"curve\"") == 1);
  CHECK(svg.find("Timeline") == std::string::npos);
  CHECK(svg.find("Quality") == std::string::npos);
}

TEST_CASE("no word of the picture lies outside of it, however many rungs there are") {
  SeenLesson seen;
  VersionIndex index = lesson(4);
  index.title = std::string(300, 'W');
  for (int i = 1; i < 14; ++i) {
    index.renditions.push_back(index.renditions[0]);
    index.renditions.back().format.id = "video/" + std::to_string(i);
  }
  for (int i = 0; i < 14; ++i) seen.rungs.push_back({1280, 720, 0, 50, 91});
  seen.ordinary = {{426, 240, 0, 50, 66}, {1280, 720, 0, 200, 95}};
  const std::string svg = version_plot(index, seen);
  const double height = std::stod(svg.substr(svg.find("viewBox=\"0 0 600 ") + 17));
  std::size_t words = 0;
  for (std::size_t at = svg.find("<text "); at != std::string::npos; at = svg.find("<text ", at + 1)) {
    const double x = std::stod(svg.substr(svg.find(" x=\"", at) + 4)),
                 y = std::stod(svg.substr(svg.find(" y=\"", at) + 4));
    const std::size_t from = svg.find('>', at) + 1, until = svg.find("</text>", at);
    CHECK(y < height);
    if (svg.substr(at, from - at).find("\"start\"") != std::string::npos)
      CHECK(x + 6 * static_cast<double>(until - from) < 600 + 6 * 12);  // entities and marks are longer than they look
    ++words;
  }
  CHECK(words > 30);
}

TEST_CASE("the picture of a day-long lesson stays small") {
  SeenLesson seen;
  for (int i = 0; i < 1'000'000; ++i) seen.frames.push_back({i * 0.08, 0.3, true});
  for (int i = 0; i < 20'000; ++i) seen.cuts.push_back(i * 4);
  CHECK(version_plot(lesson(14'400), seen).size() < 1'500'000);
}
