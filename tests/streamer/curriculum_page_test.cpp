// The curriculum pages' pure parts: which language, what the address asks for, what a lesson costs, and the HTML.
#include "streamer/pages/curriculum_page.hpp"

#include <doctest/doctest.h>

#include "streamer/pages/page_words.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

static bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("the page speaks the best language that a browser asks for") {
  CHECK(preferred_page_language("") == PageLanguage::kEnglish);
  CHECK(preferred_page_language("sw") == PageLanguage::kSwahili);
  CHECK(preferred_page_language("AR-EG") == PageLanguage::kArabic);
  CHECK(preferred_page_language("de, fr;q=0.3, es ; q=0.7, en;q=0.1") == PageLanguage::kSpanish);
  CHECK(preferred_page_language("fr;q=0, sw;q=0.001") == PageLanguage::kSwahili);
  CHECK(preferred_page_language("fr;q=0") == PageLanguage::kEnglish);
  CHECK(preferred_page_language("es;q=0.5, fr;q=0.5") == PageLanguage::kSpanish);
  for (const char* nonsense : {",,,", ";", "fr;q=", "fr;q=2", "fr;q=0.12345", "*", "fr;level=1", "frisian"}) {
    CAPTURE(nonsense);
    CHECK(preferred_page_language(nonsense) == PageLanguage::kEnglish);
  }
  CHECK(page_language_named("sw-KE") == PageLanguage::kSwahili);
  CHECK_FALSE(page_language_named("de"));
  CHECK_FALSE(page_language_named(""));
}

TEST_CASE("a page's address is read as forms write it, and its key reads back") {
  const CurriculumQuery query =
      parse_curriculum_query("q=+clean+water%3F&in=science&page=3&pictures=1&unknown=x", "fr-CA");
  CHECK(query.fault.empty());
  CHECK(query.text == "clean water?");
  CHECK(query.within == "science");
  CHECK(query.page == 3);
  CHECK(query.pictures);
  CHECK(query.language == PageLanguage::kFrench);
  CHECK_FALSE(query.language_chosen);
  CHECK(query_of_key(canonical_query(query)) == query);
  const CurriculumQuery chosen = parse_curriculum_query("lang=ar&course=%D8%B9%D9%84%D9%88%D9%85+%26+x", "fr");
  CHECK(chosen.language == PageLanguage::kArabic);
  CHECK(chosen.course == "علوم & x");
  CHECK(query_of_key(canonical_query(chosen)) == chosen);
  CHECK(canonical_query(parse_curriculum_query("", "")) == canonical_query(parse_curriculum_query("a=b&page=1", "de")));
  CHECK(canonical_query(parse_curriculum_query("lang=en", "")) != canonical_query(parse_curriculum_query("", "en")));
  CHECK(parse_curriculum_query("lang=tlh", "sw").language == PageLanguage::kSwahili);
  CHECK(parse_curriculum_query("q=a%0Ab", "").text == "a b");
}

TEST_CASE("what no page can be about is refused") {
  const auto fault = [](const std::string& query) { return parse_curriculum_query(query, "").fault; };
  CHECK(fault("q=" + std::string(kLongestSearch, 'a')).empty());
  CHECK(contains(fault("q=" + std::string(kLongestSearch + 1, 'a')), "longer"));
  CHECK(contains(fault("course=" + std::string(kLongestCourse + 1, 'a')), "longer"));
  CHECK(contains(fault("q=%ff"), "badly written"));
  CHECK(contains(fault("q=%4"), "badly written"));
  CHECK(fault("page=5000").empty());
  for (const char* page : {"0", "-1", "x", "5001", "1.5", "99999999999", "+1", "1%00"}) {
    CAPTURE(page);
    CHECK_FALSE(fault("page=" + std::string(page)).empty());
  }
  CHECK_FALSE(fault("in=../etc").empty());
}

TEST_CASE("a lesson's cost is what the watch page says of it") {
  VersionIndex index;
  index.duration_ms = 3'723'000;
  index.poster = "image/poster.jpg";
  index.files = {{"image/poster.jpg", 21'000, "", "image/jpeg"},
                 {"image/storyboard.vtt", 900, "", "text/vtt"},
                 {"text/en/captions.vtt", 4'000, "", "text/vtt"},
                 {"text/en/1.vtt", 300, "", "text/vtt"},
                 {"video/0/1.m4s", 70'000, "", "video/mp4"}};
  const auto add = [&](MediaKind kind, Codec codec, std::uint64_t bytes, std::string track = {}, bool main = false) {
    RenditionEntry one;
    one.format.kind = kind;
    one.format.codec = codec;
    one.format.track = std::move(track);
    one.format.is_default = main;
    one.bytes = bytes;
    one.average_bandwidth = bytes;
    index.renditions.push_back(one);
  };
  add(MediaKind::kVideo, Codec::kH264, 9'000'000);
  add(MediaKind::kVideo, Codec::kH264, 4'000'000);
  add(MediaKind::kVideo, Codec::kAv1, 1'000'000);
  add(MediaKind::kAudio, Codec::kOpus, 50'000, "described");
  add(MediaKind::kAudio, Codec::kOpus, 900'000, "main", true);
  add(MediaKind::kAudio, Codec::kOpus, 500'000, "main", true);
  add(MediaKind::kAudio, Codec::kAacLc, 100'000, "main", true);
  const LessonCost cost = cost_of(index);
  CHECK(cost.cheapest_bytes == 4'500'000);
  CHECK(cost.sound_bytes == 500'000);
  CHECK(cost.poster_bytes == 21'000);
  CHECK(cost.beside_bytes == 25'900);
  CHECK(megabytes_figure(cost.cheapest_bytes) == "4.5");
  CHECK(megabytes_figure(1) == "0.1");
  CHECK(megabytes_figure(42'400'000) == "42");
  CHECK(clock_figure(cost.duration_ms) == "1:02:03");
  CHECK(clock_figure(59'999) == "0:59");
  CHECK(cost_of(VersionIndex()).cheapest_bytes == 0);
}

TEST_CASE("a title is said in the page's language where the catalogue has it, else in its own, which is named") {
  library::NodeDetails details;
  details.title = "Water";
  details.language = "en";
  details.texts = {{"sw", "Maji", "Maji ni uhai"}};
  CHECK(said_in(PageLanguage::kSwahili, details).title == "Maji");
  CHECK(said_in(PageLanguage::kSwahili, details).language.empty());
  CHECK(said_in(PageLanguage::kArabic, details).title == "Water");
  CHECK(said_in(PageLanguage::kArabic, details).language == "en");
  CHECK(said_in(PageLanguage::kEnglish, details).language.empty());
  details.language = "und";
  CHECK(said_in(PageLanguage::kFrench, details).language.empty());
}

TEST_CASE("lessons stand under their courses, and one that is not ready is named but not linked") {
  CurriculumPage page;
  page.query = parse_curriculum_query("", "en");
  page.path = "/";
  LessonCard one, two;
  one.id = "one";
  one.said = {"One & only", "", ""};
  one.ready = true;
  two.id = "two";
  two.said = {"Two", "", ""};
  page.groups = {{"Science", {one, two}}};
  const std::string html = render_curriculum_page(page, {});
  CHECK(contains(html, "<h2><bdi>Science</bdi></h2>"));
  CHECK(contains(html, "<a href=\"/watch/one\">One &amp; only</a>"));
  CHECK_FALSE(contains(html, "/watch/two"));
  CHECK(contains(html, "Two"));
  CHECK(contains(html, words_of(PageLanguage::kEnglish).prepared));
  page.groups.clear();
  CHECK(contains(render_curriculum_page(page, {}), "no lessons"));
}

TEST_CASE("nothing that a catalogue or an address holds becomes markup") {
  const std::string evil = "<script>alert(1)</script>\"'&{{title}}";
  CurriculumPage page;
  page.query = parse_curriculum_query("lang=en", "");
  page.query.text = evil;
  page.path = "/search";
  page.title = page.description = page.within_title = evil;
  page.within = "science";
  page.is_search = true;
  page.trail = {{"/browse/a", std::nullopt, {evil, "", evil}, std::nullopt, 0}};
  page.nodes = {{"/browse/b", std::nullopt, {evil, evil, evil}, library::NodeKind::kCourse, 3}};
  page.loose = {{"/browse", evil, {evil, "", ""}, std::nullopt, 1}};
  LessonCard card;
  card.id = "a";
  card.said = {evil, evil, evil};
  card.spoken = card.course = evil;
  card.ready = true;
  card.poster = "/v/x/image/poster.jpg";
  card.attachments = {{evil, 1'500'000, "/attachments/" + evil}, {evil, -1, ""}};
  page.groups = {{evil, {card}}};
  page.more = true;
  page.pictures_bytes = 1;
  const std::string html = render_curriculum_page(page, "assets/home-1.css");
  CHECK_FALSE(contains(html, "<script"));
  CHECK_FALSE(contains(html, "\"'&{"));
  CHECK(contains(html, "&lt;script&gt;"));
  CHECK(contains(html, "{{title}}"));  // not filled a second time
  CHECK(contains(html, "href=\"/assets/home-1.css\""));
  CHECK(contains(html, "(1.5\u00a0MB)"));
}

TEST_CASE("a page in Arabic runs from right to left and keeps its language in its links and its form") {
  CurriculumPage page;
  page.query = parse_curriculum_query("lang=ar&page=2", "");
  page.path = "/browse/science";
  page.pages = 3;
  page.more = true;
  page.nodes = {{"/browse/b", std::nullopt, {"Water", "", "en"}, library::NodeKind::kSubject, 3}};
  const std::string html = render_curriculum_page(page, {});
  CHECK(contains(html, "<html lang=\"ar\" dir=\"rtl\">"));
  CHECK(contains(html, "<bdi lang=\"en\"><a href=\"/browse/b?lang=ar\">Water</a></bdi>"));
  CHECK(contains(html, "<input type=\"hidden\" name=\"lang\" value=\"ar\">"));
  CHECK(contains(html, "href=\"/browse/science?lang=ar\" rel=\"prev\""));
  CHECK(contains(html, "href=\"/browse/science?lang=ar&amp;page=3\" rel=\"next\""));
  CHECK(contains(html, "الصفحة 2 من 3"));
  CHECK(contains(html, "hreflang=\"sw\""));
}

TEST_CASE("every language has every word") {
  for (const PageLanguageFacts& language : kPageLanguages) {
    CAPTURE(std::string(language.tag));
    CHECK(&facts_of(language.language) == &language);
    const PageWords& words = words_of(language.language);
    for (const std::string_view word :
         {words.lessons, words.all_lessons, words.path, words.language, words.search, words.search_all,
          words.everywhere, words.kinds[0], words.kinds[1], words.kinds[2], words.kinds[3], words.more_courses,
          words.more_lessons, words.prepared, words.files, words.no_lessons, words.before, words.after,
          words.no_pictures})
      CHECK_FALSE(word.empty());
    for (const std::string_view filled : {words.search_within, words.count, words.megabytes, words.sound_only,
                                          words.nothing_found, words.page_alone, words.pictures})
      CHECK(filled.find("{}") == filled.rfind("{}"));
    CHECK(words.page.find("{}") < words.page.rfind("{}"));
  }
}
