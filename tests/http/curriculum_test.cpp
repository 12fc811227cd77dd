// The curriculum pages over sockets: what learners find, in which language, how it is cached, and what is refused.
#include <chrono>
#include <functional>
#include <regex>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "library/attachments.hpp"
#include "tests/http/client.hpp"
#include "tests/http/h2_client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

namespace {

const library::Author kAuthor = {"test", ""};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void add_node(Origin& origin, library::NodeKind kind, const std::string& id, const std::string& title,
              const std::string& parent, std::vector<library::Translation> texts = {}) {
  library::NodeDetails details;
  details.kind = kind;
  details.title = title;
  details.parent = parent;
  details.language = "en";
  details.texts = std::move(texts);
  REQUIRE(origin.library().curriculum->create(id, details, kAuthor));
}

library::LessonDetails lesson_in(const std::string& course, const std::string& title) {
  library::LessonDetails details;
  details.title = title;
  details.language = "en";
  details.course_id = course;
  return details;
}

// Kenya > Grade 6 > Science > Water, with the origin's lesson in it.
void make_curriculum(Origin& origin) {
  add_node(origin, library::NodeKind::kCountry, "kenya", "Kenya", "");
  add_node(origin, library::NodeKind::kGrade, "grade-6", "Grade 6", "kenya");
  add_node(origin, library::NodeKind::kSubject, "science", "Science", "grade-6", {{"sw", "Sayansi", "Kuhusu dunia"}});
  add_node(origin, library::NodeKind::kCourse, "water", "All about water", "science");
  const auto record = origin.library().records->find(origin.lesson.id);
  REQUIRE(record);
  library::LessonDetails details = record->details;
  details.course_id = "water";
  details.position = 1;
  details.description = "From clouds to taps";
  details.texts = {{"sw", "Maji na uhai", ""}};
  details.attachments = {{"sheet & notes.pdf", "application/pdf", std::string(64, 'a'), 1'230'000}};
  REQUIRE(origin.library().records->replace(origin.lesson.id, details, record->revision, kAuthor));
}

}  // namespace

TEST_CASE("a learner walks from the country to the lesson, page by page") {
  Origin origin;
  make_curriculum(origin);
  Client client(origin.port());
  std::string target = "/";
  for (const char* next : {"/browse/kenya", "/browse/grade-6", "/browse/science", "/browse/water"}) {
    CAPTURE(target);
    const Reply page = client.get(target);
    CHECK(page.status == 200);
    CHECK(page.field("content-type") == "text/html; charset=utf-8");
    CHECK(contains(page.body, std::string("<a href=\"") + next + "\">"));
    CHECK(contains(page.body, "Lessons: 1"));
    target = next;
  }
  const Reply course = client.get(target);
  CHECK(contains(course.body, "<h1><bdi>All about water</bdi></h1>"));
  CHECK(contains(course.body, "<a href=\"/watch/" + origin.lesson.id + "\">Water &amp; &quot;life&quot;</a>"));
  CHECK(contains(course.body, "0:08 · 0.4\u00a0MB · sound only 0.1\u00a0MB"));  // the cheaper rung is video/1
  CHECK(contains(course.body, "sheet &amp; notes.pdf</bdi> (1.2\u00a0MB)"));
  for (const char* above : {"/browse/kenya", "/browse/grade-6", "/browse/science"})
    CHECK(contains(course.body, std::string("<a href=\"") + above + "\">"));
  CHECK_FALSE(contains(course.body, "<script"));
  CHECK(contains(course.field("content-security-policy"), "default-src 'none'"));
  CHECK(client.get("/browse/nothing").status == 404);
}

TEST_CASE("an attachment is linked where its file is, and comes for saving") {
  Origin origin;
  make_curriculum(origin);
  const TemporaryFolder folder;
  const std::string name = "sheet & notes.pdf";
  const std::string bytes = "%PDF-1.4 <script>" + std::string(30'000, 'x');
  REQUIRE(write_file(folder.path() / name, bytes));
  Client client(origin.port());
  CHECK_FALSE(contains(client.get("/browse/water").body, "/files/"));
  const auto turn = library::turn_to_attach(origin.library().root);
  const auto taken = library::take_attachment(origin.library().root, folder.path() / name);
  REQUIRE(taken);
  CHECK(taken->media_type == "application/pdf");
  REQUIRE(library::attach(origin.library(), origin.lesson.id, *taken, kAuthor));
  const std::string target = "/l/" + origin.lesson.id + "/files/sheet%20%26%20notes.pdf";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!contains(client.get("/browse/water").body, "<a href=\"" + target + "\" download>") &&
         std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(contains(client.get("/browse/water").body, "<a href=\"" + target + "\" download>"));
  const Reply file = client.get(target);
  CHECK(file.status == 200);
  CHECK(file.body == bytes);
  CHECK(file.field("content-type") == "application/pdf");
  CHECK(file.field("content-disposition") == "attachment");
  CHECK(file.field("content-security-policy") == "sandbox");
  CHECK(file.field("etag") == '"' + taken->sha256 + '"');
  CHECK(client.get(target, "Range: bytes=0-7\r\n").body == "%PDF-1.4");
  CHECK(client.get("/l/" + origin.lesson.id + "/files/other.pdf").status == 404);
  CHECK(client.get("/l/nothing/files/sheet%20%26%20notes.pdf").status == 404);
  const auto record = origin.library().records->find(origin.lesson.id);
  REQUIRE(record);
  REQUIRE(record->details.attachments.size() == 1);
  REQUIRE(origin.library().records->withdraw(record->id, record->revision, kAuthor));
  const auto gone = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (client.get(target).status != 404 && std::chrono::steady_clock::now() < gone) {
  }
  CHECK(client.get(target).status == 404);
}

TEST_CASE("what is drafted or withdrawn is on no page, and an empty course is not offered") {
  Origin origin;
  make_curriculum(origin);
  add_node(origin, library::NodeKind::kCourse, "empty", "Nothing but drafts", "science");
  library::LessonDetails draft = lesson_in("empty", "Hidden draft about water");
  draft.state = library::LessonState::kDraft;
  REQUIRE(origin.library().records->create("hidden-draft", draft, kAuthor));
  library::LessonDetails gone = lesson_in("water", "Hidden withdrawn water");
  gone.state = library::LessonState::kWithdrawn;
  REQUIRE(origin.library().records->create("hidden-gone", gone, kAuthor));
  gone.course_id.clear();
  gone.course = "Hidden course";
  REQUIRE(origin.library().records->create("hidden-loose", gone, kAuthor));
  Client client(origin.port());
  for (const char* target : {"/", "/browse/kenya", "/browse/science", "/browse/water", "/browse/empty",
                             "/search?q=hidden", "/search?q=water", "/search?q=water&in=science", "/search?q=drafts"}) {
    CAPTURE(target);
    const Reply page = client.get(target);
    CHECK(page.status == 200);
    CHECK_FALSE(contains(page.body, "hidden-"));
    CHECK_FALSE(contains(page.body, "Hidden"));
  }
  CHECK_FALSE(contains(client.get("/browse/science").body, "/browse/empty"));
  CHECK(client.get("/browse?course=Hidden+course").status == 404);
  CHECK(client.get("/l/hidden-draft/next.json").status == 404);
}

TEST_CASE("the pages are in the language that is asked for, and say so to caches") {
  Origin origin;
  make_curriculum(origin);
  Client client(origin.port());
  const Reply swahili = client.get("/browse/science", "Accept-Language: sw-KE, en;q=0.5\r\n");
  CHECK(contains(swahili.body, "<html lang=\"sw\">"));
  CHECK(contains(swahili.body, "<h1><bdi>Sayansi</bdi></h1>"));
  CHECK(contains(swahili.body, "Kuhusu dunia"));
  CHECK(contains(swahili.body, "<bdi lang=\"en\"><a href=\"/browse/water\">"));
  CHECK(contains(swahili.head, "Vary: Accept-Language"));
  const Reply arabic = client.get("/browse/science?lang=ar", "Accept-Language: sw\r\n");
  CHECK(contains(arabic.body, "<html lang=\"ar\" dir=\"rtl\">"));
  CHECK(contains(arabic.body, "/browse/water?lang=ar"));
  CHECK_FALSE(contains(arabic.head, "Vary: Accept-Language"));
  CHECK(contains(client.get("/browse/science", "Accept-Language: de\r\n").body, "<html lang=\"en\">"));
  CHECK(contains(client.get("/search?q=maji&lang=sw").body, ">Maji na uhai</a>"));

  H2Client h2(origin.port());
  h2.open();
  const H2Answer same = h2.fetch("/browse/science", {{"accept-language", "sw-KE, en;q=0.5"}});
  CHECK(same.status == 200);
  CHECK(same.body == swahili.body);
  CHECK(same.field("etag") == swahili.field("etag"));
}

TEST_CASE("a page is revalidated, compressed and asked for by its head alone like any document") {
  Origin origin;
  make_curriculum(origin);
  Client client(origin.port());
  for (const char* target : {"/", "/browse/water", "/search?q=water"}) {
    CAPTURE(target);
    const Reply plain = client.get(target);
    CHECK(plain.field("cache-control") == "public, max-age=10, stale-while-revalidate=60, stale-if-error=604800");
    const std::string etag = plain.field("etag");
    REQUIRE_FALSE(etag.empty());
    CHECK(client.get(target, "If-None-Match: " + etag + "\r\n").status == 304);
    const Reply brotli = client.get(target, "Accept-Encoding: gzip, br\r\n");
    CHECK(brotli.field("content-encoding") == "br");
    CHECK(brotli.body.size() < 1500);
    CHECK(client.get(target, "Accept-Encoding: gzip\r\n").field("content-encoding") == "gzip");
    client.send("HEAD " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n");
    const Reply head = client.read(true);
    CHECK(head.status == 200);
    CHECK(head.field("content-length") == std::to_string(plain.body.size()));
    CHECK(head.field("etag") == etag);
    CHECK(client.request("POST", target).status == 405);
  }
}

TEST_CASE("lessons are found by their words, and courses by theirs, in all of it or in a part") {
  Origin origin;
  make_curriculum(origin);
  REQUIRE(origin.library().records->create("loose", lesson_in("", "Water polo"), kAuthor));
  Client client(origin.port());
  const std::string watch = "<a href=\"/watch/" + origin.lesson.id + "\">";
  CHECK(contains(client.get("/search?q=life").body, watch));
  CHECK(contains(client.get("/search?q=taps").body, watch));
  const Reply course = client.get("/search?q=scien");
  CHECK(contains(course.body, "<a href=\"/browse/science\">"));
  const Reply all = client.get("/search?q=water");
  CHECK(contains(all.body, watch));
  CHECK(contains(all.body, "Water polo"));
  const Reply part = client.get("/search?q=water&in=grade-6");
  CHECK(contains(part.body, watch));
  CHECK_FALSE(contains(part.body, "Water polo"));
  CHECK(contains(part.body, "<input type=\"hidden\" name=\"in\" value=\"grade-6\">"));
  const Reply none = client.get("/search?q=%3Cb%3Enothing%3C%2Fb%3E+like+it");
  CHECK(none.status == 200);
  CHECK(contains(none.body, "Nothing was found for “<bdi>&lt;b&gt;nothing&lt;/b&gt; like it</bdi>”"));
  CHECK(client.get("/search").status == 200);
  CHECK(client.get("/search?q=water&in=nothing").status == 404);
}

TEST_CASE("titles that would be markup stay text on every page") {
  Origin origin;
  const std::string evil = "</title><script>alert(1)</script> \" onx='";
  add_node(origin, library::NodeKind::kSubject, "evil", evil, "");
  add_node(origin, library::NodeKind::kCourse, "worse", evil, "evil", {{"sw", evil, evil}});
  library::LessonDetails details = lesson_in("worse", evil);
  details.description = evil;
  details.attachments = {{"<img src=x onerror=alert(1)>", "text/plain", "", -1}};
  details.texts = {{"fr", evil, evil}};
  REQUIRE(origin.library().records->create("a", details, kAuthor));
  details.course_id.clear();
  details.course = evil;
  REQUIRE(origin.library().records->create("b", details, kAuthor));
  Client client(origin.port());
  for (const char* target :
       {"/", "/browse/evil", "/browse/worse", "/browse/worse?lang=fr", "/browse/worse?lang=sw", "/search?q=alert",
        "/browse?course=%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E+%22+onx%3D%27",
        "/search?q=%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E+%22+onx%3D%27&in=evil"}) {
    CAPTURE(target);
    const Reply page = client.get(target);
    CHECK(page.status == 200);
    CHECK(contains(page.body, "alert(1)"));
    CHECK_FALSE(contains(page.body, "<script"));
    CHECK_FALSE(contains(page.body, "<img"));
    CHECK_FALSE(contains(page.body, "\" onx"));
  }
}

TEST_CASE("long lists come in pages, and what is no page is refused") {
  Origin origin;
  for (int i = 0; i < 44; ++i)
    REQUIRE(origin.library().records->create("n" + std::to_string(i), lesson_in("", "Number " + std::to_string(i)),
                                             kAuthor));
  Client client(origin.port());
  const auto lessons_on = [&](const std::string& target) {
    const Reply page = client.get(target);
    CHECK(page.status == 200);
    CHECK(page.body.size() < 8000);
    const std::regex item("<li>");
    return std::distance(std::sregex_iterator(page.body.begin(), page.body.end(), item), std::sregex_iterator());
  };
  CHECK(lessons_on("/") == 20);
  CHECK(lessons_on("/?page=2") == 20);
  CHECK(lessons_on("/?page=3") == 5);
  CHECK(contains(client.get("/").body, "<a href=\"/?page=2\" rel=\"next\">"));
  CHECK(contains(client.get("/?page=2").body, "Page 2 of 3"));
  CHECK_FALSE(contains(client.get("/?page=3").body, "rel=\"next\""));
  CHECK(lessons_on("/search?q=number") == 20);
  CHECK(lessons_on("/search?q=number&page=3") == 4);
  for (const char* target : {"/?page=4", "/search?q=number&page=4", "/search?q=number&page=5000"}) {
    CAPTURE(target);
    CHECK(client.get(target).status == 404);
  }
  CHECK(client.get("/search?q=" + std::string(200, 'a')).status == 200);
  for (const std::string& query : {"q=" + std::string(201, 'a'), std::string("q=%ff"), std::string("page=0"),
                                   std::string("page=5001"), std::string("page=x"), std::string("in=../x")}) {
    CAPTURE(query);
    const Reply refused = client.get("/search?" + query);
    CHECK(refused.status == 400);
    CHECK(refused.field("cache-control") == "no-store");
  }
}

TEST_CASE("the next lesson of the course is told for the page that plays one") {
  Origin origin;
  make_curriculum(origin);
  const std::string target = "/l/" + origin.lesson.id + "/next.json";
  Client client(origin.port());
  CHECK(client.get(target).body == "{\"next\":null}\n");
  const PublishedLesson second = origin.publish("Rain & \"snow\"", 7);
  const auto record = origin.library().records->find(second.id);
  REQUIRE(record);
  library::LessonDetails details = record->details;
  details.course_id = "water";
  details.position = 2;
  REQUIRE(origin.library().records->replace(second.id, details, record->revision, kAuthor));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  nlohmann::json next;
  do next = nlohmann::json::parse(client.get(target).body)["next"];
  while (next.is_null() && std::chrono::steady_clock::now() < deadline);
  CHECK(next["title"] == "Rain & \"snow\"");
  CHECK(next["watch"] == "/watch/" + second.id);
  const auto course = nlohmann::json::parse(client.get("/l/" + second.id + "/course.json").body)["lessons"];
  REQUIRE(course.size() == 2);
  CHECK(course[0]["id"] == origin.lesson.id);
  CHECK(course[1]["title"] == "Rain & \"snow\"");
  CHECK(course[1]["bytes"] == 400'700 + 24'700);
  CHECK(course[1]["sound_bytes"] == 24'700);
  CHECK(client.get("/l/nothing/next.json").status == 404);
  CHECK(client.get("/l/nothing/course.json").status == 404);
}

TEST_CASE("what stands beside a lesson is told with the next: work sheets that are there, its twin in sign language") {
  Origin origin;
  const PublishedLesson twin = origin.publish("Water, signed", 7);
  const std::string target = "/l/" + origin.lesson.id + "/next.json";
  Client client(origin.port());
  CHECK(client.get(target).body == "{\"next\":null}\n");
  const TemporaryFolder folder;
  const std::string name = "sheet & notes.pdf";
  REQUIRE(write_file(folder.path() / name, "%PDF-1.4 water"));
  const auto taken = library::take_attachment(origin.library().root, folder.path() / name);
  REQUIRE(taken);
  const auto record = origin.library().records->find(origin.lesson.id);
  REQUIRE(record);
  library::LessonDetails details = record->details;
  details.tags = {"water", "signed:nobody", "signed:" + twin.id};
  details.attachments = {*taken, {"not here.pdf", "application/pdf", std::string(64, 'a'), 1'230'000}};
  REQUIRE(origin.library().records->replace(origin.lesson.id, details, record->revision, kAuthor));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  nlohmann::json told;
  do told = nlohmann::json::parse(client.get(target).body);
  while (!told.contains("signed") && std::chrono::steady_clock::now() < deadline);
  CHECK(told["next"].is_null());
  CHECK(told["signed"]["title"] == "Water, signed");
  CHECK(told["signed"]["watch"] == "/watch/" + twin.id);
  REQUIRE(told["files"].size() == 1);
  CHECK(told["files"][0]["name"] == name);
  CHECK(told["files"][0]["bytes"] == 14);
  const std::string path = told["files"][0]["path"];
  CHECK(client.get(path).body == "%PDF-1.4 water");
  // A twin that learners do not see is none.
  const auto hidden = origin.library().records->find(twin.id);
  REQUIRE(hidden);
  REQUIRE(origin.library().records->withdraw(twin.id, hidden->revision, kAuthor));
  do told = nlohmann::json::parse(client.get(target).body);
  while (told.contains("signed") && std::chrono::steady_clock::now() < deadline);
  CHECK_FALSE(told.contains("signed"));
}
