// People who sign in: cookies, forged requests, guessed passwords, the end of a session, and captions changed with one.
#include <chrono>

#include <doctest/doctest.h>

#include "tests/http/api_client.hpp"
#include "tests/http/tls_origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using library::Role;

namespace {

constexpr const char* kSession = "/api/v1/session";
constexpr const char* kPassword = "blue chalk, green board";

// A browser that has signed in, as far as cookies go.
struct Browser {
  Browser(Origin& origin, const std::string& name, Role role) : api(origin) {
    REQUIRE(origin.library().users->create(name, role, kPassword));
    const Reply begun = sign_in(name, kPassword);
    REQUIRE(begun.status == 200);
    set_cookie = begun.field("set-cookie");
    cookie = "Cookie: other=1; " + set_cookie.substr(0, set_cookie.find(';')) + "\r\n";
    csrf = "X-CSRF-Token: " + json_of(begun)["csrf"].get<std::string>() + "\r\n";
  }
  Reply sign_in(const std::string& name, const std::string& password, const std::string& lines = {}) {
    return api.ask("POST", kSession, lines, nlohmann::json{{"name", name}, {"password", password}}.dump());
  }
  ApiClient api;
  std::string set_cookie;
  std::string cookie;
  std::string csrf;
};

}  // namespace

TEST_CASE("who signs in gets a cookie that scripts cannot read and other sites cannot send") {
  Origin origin;
  Browser browser(origin, "amina", Role::kEditor);
  for (const char* attribute : {"; HttpOnly", "; SameSite=Strict", "; Path=/"})
    CHECK(browser.set_cookie.find(attribute) != std::string::npos);
  CHECK(browser.set_cookie.find("Secure") == std::string::npos);  // in the clear nobody would send it back
  const Reply who = browser.api.ask("GET", kSession, browser.cookie);
  REQUIRE(who.status == 200);
  CHECK(json_of(who)["name"] == "amina");
  CHECK(json_of(who)["role"] == "editor");
  CHECK(browser.api.ask("GET", kSession).status == 401);
  CHECK(browser.api.as(Role::kReader, "GET", kSession).status == 200);
  // A proxy's TLS counts as ours.
  const Reply behind = browser.sign_in("amina", kPassword, "X-Forwarded-Proto: https\r\n");
  CHECK(behind.field("set-cookie").starts_with("__Host-chalkline="));
  CHECK(behind.field("set-cookie").find("; Secure") != std::string::npos);
  // One that was set in the clear opens nothing there.
  CHECK(browser.api.ask("GET", kSession, browser.cookie + "X-Forwarded-Proto: https\r\n").status == 401);
}

TEST_CASE("a session reads drafts where learners read what is published") {
  Origin origin;
  Browser browser(origin, "amina", Role::kEditor);
  REQUIRE(browser.api.editor("POST", "/api/v1/lessons", {{"title", "Hidden"}}).status == 201);
  CHECK(browser.api.ask("GET", "/api/v1/lessons/hidden").status == 404);
  CHECK(browser.api.ask("GET", "/api/v1/lessons/hidden", browser.cookie).status == 200);
}

TEST_CASE("a change with a cookie wants the session's own X-CSRF-Token") {
  Origin origin;
  Browser browser(origin, "amina", Role::kEditor);
  const std::string lesson = R"({"title": "Forged"})";
  const auto post = [&](const std::string& lines) { return browser.api.ask("POST", "/api/v1/lessons", lines, lesson); };
  CHECK(post(browser.cookie).status == 403);
  CHECK(post(browser.cookie + "X-CSRF-Token: \r\n").status == 403);
  CHECK(post(browser.cookie + "X-CSRF-Token: " + std::string(32, '0') + "\r\n").status == 403);
  const Reply second = browser.sign_in("amina", kPassword);
  const std::string others = "X-CSRF-Token: " + json_of(second)["csrf"].get<std::string>() + "\r\n";
  CHECK(post(browser.cookie + others).status == 403);
  CHECK(post(browser.csrf).status == 401);
  CHECK(post(browser.cookie + browser.csrf).status == 201);
  const std::string tus = "Tus-Resumable: 1.0.0\r\nUpload-Length: 3\r\n";
  CHECK(browser.api.ask("POST", "/files/", browser.cookie + tus).status == 403);
  CHECK(browser.api.ask("POST", "/files/", browser.cookie + browser.csrf + tus).status == 201);
}

TEST_CASE("a session's role is its user's") {
  Origin origin;
  Browser browser(origin, "amina", Role::kEditor);
  const std::string all = browser.cookie + browser.csrf;
  CHECK(browser.api.ask("GET", "/api/v1/audit", all).status == 403);
  CHECK(browser.api.ask("POST", "/api/v1/jobs/1/cancel", all).status == 403);
  REQUIRE(origin.library().users->change("amina", Role::kAdmin, std::nullopt));
  CHECK(browser.api.ask("GET", "/api/v1/audit", all).status == 401);  // signed out by the change
}

TEST_CASE("a secret that the browser had before is never the session's, and ends") {
  Origin origin;
  Browser browser(origin, "amina", Role::kReader);
  const std::string planted = "Cookie: chalkline=cs_" + std::string(64, 'a') + "\r\n";
  const Reply begun = browser.sign_in("amina", kPassword, planted);
  CHECK(begun.status == 200);
  CHECK(begun.field("set-cookie").find(std::string(64, 'a')) == std::string::npos);
  CHECK(browser.api.ask("GET", kSession, planted).status == 401);
  REQUIRE(browser.sign_in("amina", kPassword, browser.cookie).status == 200);
  CHECK(browser.api.ask("GET", kSession, browser.cookie).status == 401);
}

TEST_CASE("signing out ends the session at once and takes the cookie away") {
  Origin origin;
  Browser browser(origin, "amina", Role::kReader);
  CHECK(browser.api.ask("DELETE", kSession, browser.cookie).status == 403);
  const Reply ended = browser.api.ask("DELETE", kSession, browser.cookie + browser.csrf);
  CHECK(ended.status == 204);
  CHECK(ended.field("set-cookie").find("Max-Age=0") != std::string::npos);
  CHECK(browser.api.ask("GET", kSession, browser.cookie).status == 401);
}

TEST_CASE("wrong names and wrong passwords are one answer, counted, and in the log without what was typed") {
  Origin origin;
  Browser browser(origin, "amina", Role::kReader);
  const Reply wrong = browser.sign_in("amina", "not the password");
  const Reply nobody = browser.sign_in("<script>", "not the password");
  CHECK(wrong.status == 401);
  CHECK(nobody.status == 401);
  CHECK(wrong.body == nobody.body);
  // Five, and one more for each half minute that they take.
  int guesses = 1;
  while (guesses < 20 && browser.sign_in("amina", "not the password").status == 401) ++guesses;
  CHECK(guesses >= 5);
  CHECK(guesses < 20);
  const Reply stopped = browser.sign_in("amina", kPassword);
  CHECK(stopped.status == 429);
  CHECK(std::stoi(stopped.field("retry-after")) > 0);
  const Reply log = browser.api.as(Role::kAdmin, "GET", "/api/v1/audit?limit=200");
  CHECK(log.body.find("session.begin") != std::string::npos);
  CHECK(log.body.find("\"session.refused\",\"subject\":\"user/amina\"") != std::string::npos);
  CHECK(log.body.find("user/?") != std::string::npos);
  CHECK(log.body.find("script") == std::string::npos);
  CHECK(log.body.find("password") == std::string::npos);
}

TEST_CASE("signing in takes JSON alone, which another site's form cannot send") {
  Origin origin;
  Browser browser(origin, "amina", Role::kReader);
  const std::string form = nlohmann::json{{"name", "amina"}, {"password", kPassword}}.dump();
  CHECK(browser.api.ask("POST", kSession, "Content-Type: text/plain\r\n", form).status == 415);
  CHECK(browser.api.ask("POST", kSession, {}, R"({"name": "amina"})").status == 422);
}

TEST_CASE("captions that come while the recording is transcoded wait for it, and can be taken back") {
  Origin origin;
  Browser browser(origin, "amina", Role::kEditor);
  const std::string lesson = "/api/v1/lessons/" + origin.lesson.id;
  const std::string lines = browser.cookie + browser.csrf + "If-Match: *\r\n";
  const auto put = [&](const std::string& language, const std::string& text) {
    return browser.api.ask("PUT", lesson + "/captions/" + language, lines + "Content-Type: text/vtt\r\n",
                           "WEBVTT\n\n00:00.500 --> 00:01.500\n" + text + "\n");
  };
  REQUIRE(put("fr", "Bonjour").status == 200);
  library::JobQueue& jobs = *origin.library().jobs;
  const library::Job job = jobs.enqueue({origin.lesson.id, "incoming/x/0/b.mp4", "b.mp4", {}, 1}).value();
  CHECK(put("sw", "Hbari").status == 202);
  const Reply kept = put("sw", "Habari");
  CHECK(kept.status == 202);
  CHECK(json_of(kept)["waiting_captions"] == nlohmann::json::array({"sw"}));
  CHECK(put("en", "Hello").status == 202);
  CHECK(browser.api.ask("PUT", lesson + "/captions/de", lines + "Content-Type: text/vtt\r\n", "none").status == 422);
  CHECK(browser.api.ask("DELETE", lesson + "/captions/fr", lines).status == 409);  // the recording brings its own
  const Reply taken = browser.api.ask("DELETE", lesson + "/captions/en", lines);
  CHECK(taken.status == 200);
  CHECK(json_of(taken)["waiting_captions"] == nlohmann::json::array({"sw"}));
  CHECK(origin.library().late_captions->of(origin.lesson.id).value().at(0).webvtt.find("Habari") != std::string::npos);
  // Each is a change of the lesson, of somebody's: who edits beside it must read it first.
  CHECK(kept.field("etag") != taken.field("etag"));
  CHECK(browser.api
            .ask("PATCH", lesson, browser.cookie + browser.csrf + "If-Match: " + kept.field("etag") + "\r\n",
                 R"({"licence": "CC BY"})")
            .status == 412);
  const std::string log = browser.api.as(Role::kAdmin, "GET", "/api/v1/audit").body;
  CHECK(log.find("\"captions.keep\",\"subject\":\"" + ("lesson/" + origin.lesson.id) + "/captions/sw\"") !=
        std::string::npos);
  CHECK(log.find("\"captions.forget\",\"subject\":\"" + ("lesson/" + origin.lesson.id) + "/captions/en\"") !=
        std::string::npos);
  REQUIRE(jobs.cancel(job.id));
  const auto direct = json_of(put("sw", "Habari yako"));  // no recording to wait for: a version more, now
  CHECK_FALSE(direct.contains("waiting_captions"));
  CHECK(direct["text"].size() == 2);
}

TEST_CASE("captions that are removed are gone: those that wait, and those that a version has") {
  Origin origin;
  Browser browser(origin, "amina", Role::kEditor);
  const std::string captions = "/api/v1/lessons/" + origin.lesson.id + "/captions/fr";
  const std::string lines = browser.cookie + browser.csrf + "If-Match: *\r\n";
  const auto put = [&](const std::string& text) {
    return browser.api.ask("PUT", captions, lines + "Content-Type: text/vtt\r\n",
                           "WEBVTT\n\n00:00.500 --> 00:01.500\n" + text + "\n");
  };
  REQUIRE(put("Bonjour").status == 200);
  const library::Job job =
      origin.library().jobs->enqueue({origin.lesson.id, "incoming/x/0/b.mp4", "b.mp4", {}, 1}).value();
  REQUIRE(put("Bonsoir").status == 202);
  SUBCASE("while the recording is on its way") {}
  SUBCASE("when its job has failed") { REQUIRE(origin.library().jobs->cancel(job.id)); }
  const Reply gone = browser.api.ask("DELETE", captions, lines);
  REQUIRE(gone.status == 200);
  CHECK_FALSE(json_of(gone).contains("waiting_captions"));
  CHECK(json_of(gone)["text"].size() == 1);  // that in Swahili
  const std::string playlist = browser.api.ask("GET", "/l/" + origin.lesson.id + "/multivariant.m3u8").body;
  CHECK(playlist.find("/text/sw/") != std::string::npos);
  CHECK(playlist.find("/text/fr/") == std::string::npos);
}

TEST_CASE("captions that could not be joined to what their recording became are joined afterwards") {
  config::Config config = Origin::usual_config();
  config.uploads.expiry = std::chrono::seconds(1);  // so that what is unfinished is looked at often
  Origin origin(config);
  Browser browser(origin, "amina", Role::kEditor);
  const std::string lesson = "/api/v1/lessons/" + origin.lesson.id;
  const std::string lines = browser.cookie + browser.csrf + "If-Match: *\r\nContent-Type: text/vtt\r\n";
  library::JobQueue& jobs = *origin.library().jobs;
  const library::Job job = jobs.enqueue({origin.lesson.id, "incoming/x/0/b.mp4", "b.mp4", {}, 1}).value();
  REQUIRE(
      browser.api.ask("PUT", lesson + "/captions/de", lines, "WEBVTT\n\n00:00.500 --> 00:01.500\nGuten Tag\n").status ==
      202);
  REQUIRE(jobs.claim("w", std::chrono::seconds(60), job.id).value());
  // As the job runner does where the disk was full for a moment.
  REQUIRE(jobs.publish(job.id, "w", origin.lesson.version, library::Next::kNothing, {"", {}, 1'000'000}));
  nlohmann::json now;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  do {
    now = json_of(browser.api.ask("GET", lesson, browser.cookie));
  } while (now.contains("waiting_captions") && std::chrono::steady_clock::now() < deadline);
  CHECK_FALSE(now.contains("waiting_captions"));
  CHECK(now["version"] != origin.lesson.version);
  CHECK(now["text"].size() == 2);
  const std::string log = browser.api.as(Role::kAdmin, "GET", "/api/v1/audit").body;
  CHECK(log.find("captions that waited for their recording") != std::string::npos);
}

TEST_CASE("captions come, are replaced and go, each time as a version more whose other files are the same") {
  Origin origin;
  Browser browser(origin, "amina", Role::kEditor);
  const std::string lesson = "/api/v1/lessons/" + origin.lesson.id;
  const std::string lines = browser.cookie + browser.csrf;
  const auto put = [&](const std::string& language, const std::string& vtt, const std::string& etag) {
    return browser.api.ask("PUT", lesson + "/captions/" + language,
                           lines + "Content-Type: text/vtt\r\nIf-Match: " + etag + "\r\n", vtt);
  };
  const std::string vtt = "WEBVTT\n\n00:00.500 --> 00:01.500\nHabari\n";
  const Reply before = browser.api.ask("GET", lesson, browser.cookie);
  const Reply made = put("sw", vtt, before.field("etag"));
  REQUIRE(made.status == 200);
  const auto facts = json_of(made);
  CHECK(facts["version"] != origin.lesson.version);
  REQUIRE(facts["text"].size() == 1);
  CHECK(facts["text"][0]["label"] == "Kiswahili");
  const std::string base = facts["base"];
  CHECK(fetch(origin.port(), base + facts["text"][0]["path"].get<std::string>()).body.find("Habari") !=
        std::string::npos);
  CHECK(fetch(origin.port(), base + Origin::kSmall).body == origin.stored(Origin::kSmall));
  const std::string playlist = fetch(origin.port(), "/l/" + origin.lesson.id + "/multivariant.m3u8").body;
  CHECK(playlist.find("TYPE=SUBTITLES") != std::string::npos);
  CHECK(put("sw", vtt, before.field("etag")).status == 412);
  CHECK(json_of(put("sw", vtt, made.field("etag")))["version"] == facts["version"]);
  CHECK(put("sw", "no captions", "*").status == 422);
  CHECK(put("x_y", vtt, "*").status == 404);
  const Reply gone = browser.api.ask("DELETE", lesson + "/captions/sw", lines + "If-Match: *\r\n");
  REQUIRE(gone.status == 200);
  CHECK(json_of(gone)["text"].empty());
  CHECK(browser.api.ask("DELETE", lesson + "/captions/sw", lines + "If-Match: *\r\n").status == 404);
  const auto job = origin.library().jobs->enqueue({origin.lesson.id, "incoming/x", "x", {}, 3});
  REQUIRE(job);
  CHECK(put("sw", vtt, "*").status == 202);
}
