// Pages and what is written into them: nothing a title holds may become markup or script.
#include <doctest/doctest.h>

#include "core/html.hpp"
#include "streamer/pages/asset_table.hpp"
#include "streamer/pages/watch_page.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

static library::Lesson lesson(std::string id, std::string title) {
  library::Lesson made;
  made.id = std::move(id);
  made.title = std::move(title);
  made.language = "sw";
  made.version = std::string(64, 'a');
  return made;
}

TEST_CASE("text is escaped for HTML") {
  CHECK(escape_html("<a href='x'>\"&\"") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;");
}

TEST_CASE("JSON cannot end a script element or an attribute") {
  CHECK(escape_json_for_html(R"({"t":"</script>&'"})") == R"({"t":"\u003c/script\u003e\u0026\u0027"})");
}

TEST_CASE("a template is filled once: what is filled in has no holes") {
  CHECK(fill_template("a{{x}}b{{y}}c{{x}}", {{"x", "{{y}}"}, {"y", "1"}}) == "a{{y}}b1c{{y}}");
  CHECK(fill_template("{{unknown}}|{{x", {{"x", "1"}}) == "|{{x");
}

TEST_CASE("the watch page names the lesson, its playlist and its facts") {
  VersionIndex index;
  index.duration_ms = 61'000;
  index.poster = "image/poster.jpg";
  index.language = "en";
  const std::string page = render_watch_page({}, lesson("water", "<b>Water & \"life\""), index);
  CHECK(page.find("<title>&lt;b&gt;Water &amp; &quot;life&quot;</title>") != std::string::npos);
  CHECK(page.find("/l/water/multivariant.m3u8") != std::string::npos);
  CHECK(page.find("/v/" + std::string(64, 'a') + "/image/poster.jpg") != std::string::npos);
  CHECK(page.find("lang=\"sw\"") != std::string::npos);
  CHECK(page.find("\"duration_ms\":61000") != std::string::npos);
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(page.find("{{") == std::string::npos);
}

TEST_CASE("the watch page tells how long and how heavy each segment is, and which rungs are dear") {
  VersionIndex index;
  RenditionEntry video;
  video.format.id = "video/0";
  video.format.kind = MediaKind::kVideo;
  video.format.timescale = 90'000;
  video.format.quality = 858;
  video.average_bandwidth = 157'000;
  video.segments = {{0, 270'000, 3'001, 0}, {270'000, 90'045, 999, 0}, {360'045, 90'045, 12'000, 0}};
  RenditionEntry audio;
  audio.format.id = "audio/en-opus";
  audio.format.kind = MediaKind::kAudio;
  audio.format.timescale = 48'000;
  audio.segments = {{0, 144'000, 6'000, 0}, {144'000, 48'000, 2'000, 0}, {192'000, 48'000, 2'000, 0}};
  RenditionEntry better = video;
  better.format.id = "video/1";
  better.format.quality = 903;
  better.average_bandwidth = 317'000;
  better.peak_bandwidth = 398'229;
  index.renditions = {video, better, audio};
  const std::string page = render_watch_page({}, lesson("water", "Water"), index);
  CHECK(page.find("\"segment_ms\":[3000,1001,1000]") != std::string::npos);  // sums to the end, 5001 ms
  CHECK(page.find("\"segment_kb\":[4,1,12]") != std::string::npos);
  CHECK(page.find("\"quality\"") == std::string::npos);
  CHECK(page.find("\"dear\":461000") > page.find("\"video/1\""));
  CHECK(page.find("\"dear\":461000") < page.find("\"audio/en-opus\""));
}

TEST_CASE("web's template is used where there is one") {
  CHECK(render_watch_page("<p lang={{lang}}>{{title}}", lesson("a", "T"), VersionIndex()) == "<p lang=sw>T");
  CHECK(render_watch_page("<p class={{kind}}>", lesson("a", "T"), VersionIndex(), WatchPageKind::kEmbedded) ==
        "<p class=embed>");
}

TEST_CASE("assets are served under their path, templates are not") {
  static constexpr unsigned char kBytes[] = {'a', 'b'};
  const std::string sha(64, '0');
  const std::array assets = {Asset{"assets/a-1.js", "text/javascript", kBytes, {}, {}, sha},
                             Asset{"watch.html", "text/html", kBytes, {}, {}, sha}};
  const AssetTable table(assets);
  REQUIRE(table.find("/assets/a-1.js"));
  CHECK(table.find("/assets/a-1.js")->representations.front().bytes == "ab");
  CHECK_FALSE(table.find("/watch.html"));
  CHECK_FALSE(table.find("/assets/none"));
  CHECK(asset_text(assets, "watch.html") == "ab");
}

TEST_CASE("the service worker alone may answer for the whole site") {
  static constexpr unsigned char kBytes[] = {'a', 'b'};
  const std::string sha(64, '0');
  const std::array assets = {Asset{"assets/worker-1.js", "text/javascript", kBytes, {}, {}, sha},
                             Asset{"assets/a-1.js", "text/javascript", kBytes, {}, {}, sha}};
  const AssetTable table(assets);
  CHECK(table.find("/assets/worker-1.js")->fields.find("Service-Worker-Allowed: /\r\n") != std::string::npos);
  CHECK(table.find("/assets/a-1.js")->fields.find("Service-Worker-Allowed") == std::string::npos);
}
