// A draft as its editors look at it: at addresses that are theirs for some hours, private to their browser, and as if
// it were not there for everybody else.
#include <ctime>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/attachments.hpp"
#include "tests/http/api_client.hpp"
#include "tests/library/temporary_folder.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using library::LessonState;
using library::Role;

namespace {

void set_state(Origin& origin, LessonState state) {
  library::LessonRecord record = origin.library().records->find(origin.lesson.id).value();
  record.details.state = state;
  REQUIRE(origin.library().records->replace(record.id, record.details, record.revision, {}).value());
}

bool is_private(const Reply& reply) { return reply.field("cache-control").starts_with("private, "); }

// The first address in `text` that begins with `front`.
std::string address_in(const std::string& text, const std::string& front) {
  const std::size_t at = text.find(front);
  REQUIRE(at != std::string::npos);
  return text.substr(at, text.find_first_of("\"'\n", at) - at);
}

void attach_sheet(Origin& origin) {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder.path() / "sheet.pdf", "a work sheet"));
  const auto turn = library::turn_to_attach(origin.library().root);
  const auto taken = library::take_attachment(origin.library().root, folder.path() / "sheet.pdf");
  REQUIRE(taken);
  REQUIRE(library::attach(origin.library(), origin.lesson.id, *taken, {}));
}

void look_at_all_of_it(Origin& origin, ApiClient& api) {
  const std::string& id = origin.lesson.id;
  attach_sheet(origin);
  const Reply made = api.editor("POST", "/api/v1/lessons/" + id + "/preview");
  REQUIRE(made.status == 200);
  CHECK(made.field("cache-control") == "no-store");
  const std::string watch = json_of(made)["watch"];
  CHECK(json_of(made)["expires_ms"].get<std::int64_t>() > std::int64_t{std::time(nullptr)} * 1000);
  Client client(origin.port());
  const Reply page = client.get(watch);
  REQUIRE(page.status == 200);
  CHECK(is_private(page));
  CHECK(page.field("referrer-policy") == "same-origin");
  CHECK(is_private(client.get(json_of(made)["embed"].get<std::string>())));
  // All that the page asks for, one from the other: playlist, media playlist, segments.
  const std::string front = watch.substr(0, watch.find("/watch/"));
  const Reply playlist = client.get(front + "/l/" + id + "/multivariant.m3u8");
  REQUIRE(playlist.status == 200);
  CHECK(is_private(playlist));
  const std::string media = address_in(playlist.body, "/t/");
  CHECK(is_private(client.get(media)));
  const std::string folder = media.substr(0, media.find("/v/")) + origin.url("");
  for (const char* path : {Origin::kSmall, Origin::kLarge}) {
    const Reply segment = client.get(folder + path);
    REQUIRE(segment.status == 200);
    CHECK(segment.field("cache-control") == "private, max-age=31536000, immutable");
    CHECK(segment.body == origin.stored(path));
  }
  CHECK(page.body.find("/v/" + origin.lesson.version + "/") != std::string::npos);
  // And what the studio reads beside the page.
  const Reply index = client.get(json_of(made)["files"].get<std::string>() + "index.json");
  CHECK(index.status == 200);
  CHECK(is_private(index));
  const Reply sheet = client.get(json_of(made)["attachments"].get<std::string>() + "sheet.pdf");
  CHECK(sheet.status == 200);
  CHECK(sheet.body == "a work sheet");
  CHECK(is_private(sheet));
  CHECK(client.get("/l/" + id + "/files/sheet.pdf").status != 200);
  CHECK(page.body.find("\"/v/") == std::string::npos);  // none that anybody's cache would keep
}

}  // namespace

TEST_CASE("an editor looks at a draft and at what was withdrawn, privately, and strangers find nothing") {
  Origin origin;
  ApiClient api(origin);
  const std::string preview = "/api/v1/lessons/" + origin.lesson.id + "/preview";
  for (const LessonState state : {LessonState::kDraft, LessonState::kWithdrawn}) {
    set_state(origin, state);
    look_at_all_of_it(origin, api);
    // A moment later too: what editors were given is in no cache for others.
    for (const char* top : {"/watch/", "/embed/"}) CHECK(fetch(origin.port(), top + origin.lesson.id).status == 404);
    const std::string playlist = "/l/" + origin.lesson.id + "/multivariant.m3u8";
    CHECK(fetch(origin.port(), playlist).status == 404);
    CHECK(fetch(origin.port(), "/t/1.L2wv.AAAA" + playlist).status == 404);
  }
  const PublishedLesson other = origin.publish("Another", 7);
  const std::string watch = json_of(api.editor("POST", "/api/v1/lessons/" + other.id + "/preview"))["watch"];
  const std::string front = watch.substr(0, watch.find("/watch/"));
  CHECK(fetch(origin.port(), front + "/watch/" + origin.lesson.id).status == 404);  // it is for the other
  CHECK(fetch(origin.port(), front + "/l/" + origin.lesson.id + "/multivariant.m3u8").status == 404);
  CHECK(api.ask("POST", preview).status == 401);
  CHECK(api.as(Role::kReader, "POST", preview).status == 403);  // it is withdrawn
  CHECK(api.editor("POST", "/api/v1/lessons/nothing/preview").status == 404);
  REQUIRE(api.editor("POST", "/api/v1/lessons", {{"id", "empty"}, {"title", "Empty"}}).status == 201);
  CHECK(api.editor("POST", "/api/v1/lessons/empty/preview").status == 409);
}

TEST_CASE("where lessons are closed an editor's token opens a draft as well, and learners' tokens do not") {
  config::Config config = Origin::usual_config();
  config.access.secrets = {"a secret that is long enough to be one"};
  Origin origin(config);
  ApiClient api(origin);
  set_state(origin, LessonState::kDraft);
  look_at_all_of_it(origin, api);
  CHECK(fetch(origin.port(), "/watch/" + origin.lesson.id).status == 401);
}

TEST_CASE("who has signed in to read sees what is published, closed or not, and no draft") {
  for (const bool closed : {false, true}) {
    config::Config config = Origin::usual_config();
    if (closed) config.access.secrets = {"a secret that is long enough to be one"};
    Origin origin(config);
    ApiClient api(origin);
    const std::string preview = "/api/v1/lessons/" + origin.lesson.id + "/preview";
    const Reply made = api.as(Role::kReader, "POST", preview);
    REQUIRE(made.status == 200);
    CHECK(json_of(made)["closed"] == closed);
    CHECK(fetch(origin.port(), "/watch/" + origin.lesson.id).status == (closed ? 401 : 200));
    const std::string watch = json_of(made)["watch"];
    const Reply page = fetch(origin.port(), watch);
    CHECK(page.status == 200);
    CHECK(is_private(page));
    const std::string front = watch.substr(0, watch.find("/watch/"));
    CHECK(fetch(origin.port(), front + "/l/" + origin.lesson.id + "/multivariant.m3u8").status == 200);
    set_state(origin, LessonState::kDraft);
    CHECK(api.as(Role::kReader, "POST", preview).status == 403);
  }
}
