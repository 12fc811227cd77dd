// Closed lessons over real sockets: who gets in, how the token travels from the playlist to the segments, what caches
// hear.
#include "streamer/http/access.hpp"

#include <ctime>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "streamer/delivery/steering.hpp"
#include "tests/http/client.hpp"
#include "tests/http/h2_client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using streamer::make_token;

static const std::string kSecret = "a secret that is long enough to be one";

static config::Config closed_config() {
  config::Config config = Origin::usual_config();
  config.access.secrets = {kSecret, "the secret of last month, still good!"};
  return config;
}

TEST_CASE("closed lessons need a token, and the rest does not") {
  Origin origin(closed_config());
  Client client(origin.port());
  for (const std::string& target :
       {origin.url(Origin::kSmall), "/l/" + origin.lesson.id + "/multivariant.m3u8",
        "/l/" + origin.lesson.id + "/index.json", "/watch/" + origin.lesson.id, "/embed/" + origin.lesson.id}) {
    CAPTURE(target);
    const Reply none = client.get(target);
    CHECK(none.status == 401);
    CHECK(none.field("www-authenticate") == "Bearer");
    CHECK(none.field("cache-control") == "no-store");
    CHECK(client.get(target, "Authorization: Bearer 1.L2wv.AAAA\r\n").field("www-authenticate") ==
          "Bearer error=\"invalid_token\"");
    const std::string other = make_token(kSecret, {"/l/another/", std::time(nullptr) + 600});
    CHECK(client.get(target, "Authorization: Bearer " + other + "\r\n").status == 403);
    const std::string late = make_token(kSecret, {"/", std::time(nullptr) - 1});
    CHECK(client.get(target, "Authorization: Bearer " + late + "\r\n").status == 401);
  }
  CHECK(client.get("/healthz").status == 200);
  CHECK(client.get("/metrics").status == 200);
}

TEST_CASE("a token opens its lesson, from the playlist down to the segments, whichever way it comes") {
  Origin origin(closed_config());
  const std::string playlist = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  const std::string token = make_token(kSecret, {"/l/" + origin.lesson.id + "/", std::time(nullptr) + 600});
  Client client(origin.port());
  const Reply by_field = client.get(playlist, "Authorization: Bearer " + token + "\r\n");
  const Reply by_query = client.get(playlist + "?token=" + token);
  const Reply by_path = client.get("/t/" + token + playlist);
  CHECK(by_field.status == 200);
  CHECK(by_query.body == by_field.body);
  CHECK(by_path.body == by_field.body);
  CHECK(by_field.field("cache-control") == "private, max-age=10");
  CHECK(client.get("/watch/" + origin.lesson.id + "?token=" + token).status == 200);

  const std::size_t at = by_field.body.find("/t/");
  REQUIRE(at != std::string::npos);
  const std::string media = by_field.body.substr(at, by_field.body.find_first_of("\"\n", at) - at);
  const Reply media_playlist = client.get(media);
  CHECK(media_playlist.status == 200);
  const std::string folder = media.substr(0, media.rfind('/') + 1);
  const Reply segment = client.get(folder + "1.m4s");
  CHECK(segment.status == 200);
  CHECK(segment.field("cache-control") == "private, max-age=31536000, immutable");
  // What the playlist's token opens is that version, not the lesson.
  const std::string minted = folder.substr(0, folder.find("/v/"));
  CHECK(client.get(minted + playlist).status == 403);
}

TEST_CASE("the page of a closed lesson carries the token on to all that its player asks for") {
  Origin origin(closed_config());
  const std::string& id = origin.lesson.id;
  const std::string token = make_token(kSecret, {"/", std::time(nullptr) + 600});
  Client client(origin.port());
  for (const std::string& page : {"/watch/" + id, "/embed/" + id}) {
    CAPTURE(page);
    const Reply reply = client.get(page + "?token=" + token);
    REQUIRE(reply.status == 200);
    CHECK(reply.field("cache-control") == "private, max-age=10");
    const std::string playlist = "/l/" + id + "/multivariant.m3u8";
    const std::vector<std::pair<std::string, std::string>> asked = {
        {playlist, playlist}, {"/v/" + origin.lesson.version + "/", origin.url(Origin::kSmall)}};
    for (const auto& [stands_in_page, target] : asked) {
      const std::size_t end = reply.body.find(stands_in_page);
      REQUIRE(end != std::string::npos);
      const std::size_t at = reply.body.rfind("/t/", end);
      REQUIRE(at != std::string::npos);
      CHECK(client.get(reply.body.substr(at, end - at) + target).status == 200);
    }
    CHECK(reply.body.find("\"/v/") == std::string::npos);
    CHECK(client.get(page + "?token=" + make_token(kSecret, {"/", std::time(nullptr) + 601})).body != reply.body);
  }
}

TEST_CASE("a token in front of a path is nothing where lessons are open") {
  Origin origin;
  CHECK(fetch(origin.port(), "/t/1.2.3" + origin.url(Origin::kSmall)).status == 200);
  CHECK(fetch(origin.port(), origin.url(Origin::kSmall)).field("cache-control") ==
        "public, max-age=31536000, immutable");
}

TEST_CASE("what stands in front of a path opens lessons alone: nothing that a proxy hides has another address") {
  Origin origin(closed_config());
  Client client(origin.port());
  const std::string token = "/t/" + make_token(kSecret, {"/", std::time(nullptr) + 600});
  const std::string playlist = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  for (const std::string& front : {std::string("/here"), std::string("/near"), token, "/here" + token}) {
    for (const char* hidden : {"/metrics", "/v/../metrics", "/%6Detrics", "/api/v1/jobs", "/api/v1/lessons", "/healthz",
                               "/readyz", "/hosts", "/studio/", "/", "/search", "/here/metrics", "/near/metrics"}) {
      CAPTURE(front);
      CAPTURE(hidden);
      CHECK(client.get(front + hidden).status == 404);
    }
  }
  CHECK(client.get("/here" + origin.url(Origin::kSmall)).status == 401);
  CHECK(client.get("/near/watch/" + origin.lesson.id).status == 404);
  for (const std::string& front : {token, "/here" + token, "/near" + token}) {
    CAPTURE(front);
    CHECK(client.get(front + origin.url(Origin::kSmall)).status == 200);
    CHECK(client.get(front + playlist).status == 200);
    CHECK(client.get(front + "/steering/" + origin.lesson.id).status == 200);
  }
  CHECK(client.get(token + "/watch/" + origin.lesson.id).status == 200);
  CHECK(client.get("/here/steering/" + origin.lesson.id).status == 200);
}

TEST_CASE("who shows his token in a field is not sent to a mirror, where browsers and curl would not show it") {
  for (const bool closed : {true, false}) {
    config::Config config = closed ? closed_config() : Origin::usual_config();
    config.steering.mirrors = {"https://mirror.example 127.0.0.0/8"};
    Origin origin(config);
    origin.server().steering().mirrors().front()->up = true;
    const std::string url = origin.url(Origin::kSmall);
    const std::string token = make_token(kSecret, {"/v/" + origin.lesson.version + "/", std::time(nullptr) + 600});
    const std::string field = "Authorization: Bearer " + token + "\r\n";
    Client client(origin.port());
    CAPTURE(closed);
    CHECK(client.get(url, field).status == (closed ? 200 : 307));
    for (const std::string& carried : {url + "?token=" + token, "/t/" + token + url}) {
      CAPTURE(carried);
      const Reply sent = client.get(carried, field);
      CHECK(sent.status == 307);
      CHECK(sent.field("location") == "https://mirror.example" + carried);
    }
  }
}

TEST_CASE("secrets are exchanged while the server runs: the new one signs, the old one opens until it goes") {
  config::Config config = closed_config();
  Origin origin(config);
  const std::string playlist = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  const std::string newest = "the secret of next month, long enough";
  const auto status = [&](const std::string& secret) {
    const std::string token = make_token(secret, {"/l/" + origin.lesson.id + "/", std::time(nullptr) + 600});
    return fetch(origin.port(), playlist + "?token=" + token).status;
  };
  CHECK(status(newest) == 401);
  config.access.secrets = {newest, kSecret};
  CHECK((origin.server().take(config).changed == std::vector<std::string>{"access.secrets"}));
  CHECK(status(newest) == 200);
  CHECK(status(kSecret) == 200);
  CHECK(status("the secret of last month, still good!") == 401);

  // What the server signs for the segments is signed with the new one: it is good when the old one has gone.
  const std::string token = make_token(newest, {"/l/" + origin.lesson.id + "/", std::time(nullptr) + 700});
  const std::string body = fetch(origin.port(), playlist + "?token=" + token).body;
  const std::size_t at = body.find("/t/");
  REQUIRE(at != std::string::npos);
  config.access.secrets = {newest};
  origin.server().take(config);
  CHECK(status(kSecret) == 401);
  CHECK(fetch(origin.port(), body.substr(at, body.find_first_of("\"\n", at) - at)).status == 200);
}

TEST_CASE("over HTTP/2 too closed lessons need a token, and any way it comes opens them") {
  Origin origin(closed_config());
  const std::string playlist = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  const std::string token = make_token(kSecret, {"/l/" + origin.lesson.id + "/", std::time(nullptr) + 600});
  H2Client client(origin.port());
  client.open();
  const H2Answer none = client.fetch(playlist);
  CHECK(none.status == 401);
  CHECK(none.field("www-authenticate") == "Bearer");
  const H2Answer by_field = client.fetch(playlist, {{"authorization", "Bearer " + token}});
  CHECK(by_field.status == 200);
  CHECK(client.fetch(playlist + "?token=" + token).body == by_field.body);
  CHECK(client.fetch("/t/" + token + playlist).body == by_field.body);
  const std::size_t at = by_field.body.find("/t/");
  REQUIRE(at != std::string::npos);
  CHECK(client.fetch(by_field.body.substr(at, by_field.body.find_first_of("\"\n", at) - at)).status == 200);
}
