// Files of versions: bytes, heads, validators, ranges, codings; from memory and from the open file.
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "publish/compress.hpp"
#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

static constexpr const char* kPlaylist = "video/0/playlist.m3u8";

static void flip_byte(const std::filesystem::path& path, std::size_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char flipped = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(flipped);
}

TEST_CASE("a file of a version comes whole, for ever cacheable, with its sha256 as ETag") {
  Origin origin;
  for (const char* path : {Origin::kSmall, Origin::kLarge}) {
    CAPTURE(path);
    const std::string bytes = origin.stored(path);
    const Reply reply = fetch(origin.port(), origin.url(path));
    CHECK(reply.status == 200);
    CHECK((reply.body == bytes));
    CHECK(reply.field("etag") == "\"" + sha256_hex(bytes) + "\"");
    CHECK(reply.field("cache-control") == "public, max-age=31536000, immutable");
    CHECK(reply.field("content-type") == "video/mp4");
    CHECK(reply.field("accept-ranges") == "bytes");
    CHECK(reply.field("access-control-allow-origin") == "*");
    CHECK(reply.field("access-control-expose-headers").empty());  // 58 bytes, which every segment would pay
    CHECK_FALSE(reply.field("date").empty());
    CHECK(reply.field("last-modified").empty());
  }
  CHECK(fetch(origin.port(), origin.url(kPlaylist)).field("access-control-expose-headers").find("ETag") !=
        std::string::npos);
}

TEST_CASE("HEAD says what GET says and sends no body") {
  Origin origin;
  Client client(origin.port());
  for (const std::string path : {Origin::kSmall, Origin::kLarge, kPlaylist, "index.json"}) {
    CAPTURE(path);
    for (const char* lines : {"", "Accept-Encoding: gzip\r\n"}) {
      (void)client.get(origin.url(path), lines);  // a miss, which Cache-Status says
      Reply get = client.get(origin.url(path), lines);
      Reply head = client.request("HEAD", origin.url(path), lines);
      CHECK(head.status == 200);
      get.fields.erase("date");
      head.fields.erase("date");
      CHECK(get.fields == head.fields);
    }
  }
}

TEST_CASE("the index itself is served under the version's name") {
  Origin origin;
  const Reply reply = fetch(origin.port(), origin.url("index.json"));
  CHECK(reply.status == 200);
  CHECK(sha256_hex(reply.body) == origin.lesson.version);
  CHECK(reply.field("content-type") == "application/json");
  CHECK(reply.field("etag") == "\"" + origin.lesson.version + "\"");
}

TEST_CASE("what is not in a version, or is no version, is 404") {
  Origin origin;
  Client client(origin.port());
  const std::string other(64, '0');
  for (const std::string& target :
       {origin.url("video/0/99.m4s"), origin.url("video"), origin.url("video/0"), "/v/" + other + "/index.json",
        std::string("/v/nonsense/index.json"), origin.url("index.json.tmp"), "/v/" + origin.lesson.version,
        std::string("/v/../library.db"), origin.url("%2e%2e/%2e%2e/library.db"), std::string("/library.db")}) {
    CAPTURE(target);
    const Reply reply = client.get(target);
    CHECK(reply.status == 404);
    CHECK(reply.field("cache-control") == "no-store");
  }
}

TEST_CASE("ranges are sent from memory and from the file alike") {
  Origin origin;
  Client client(origin.port());
  for (const char* path : {Origin::kSmall, Origin::kLarge}) {
    CAPTURE(path);
    const std::string bytes = origin.stored(path);
    const std::string size = std::to_string(bytes.size());
    struct Case {
      std::string range;
      std::size_t first, count;
    };
    for (const Case& c : {Case{"0-0", 0, 1}, Case{"10-19", 10, 10}, Case{"-7", bytes.size() - 7, 7},
                          Case{"50000-", 50'000, bytes.size() - 50'000}, Case{"0-", 0, bytes.size()}}) {
      CAPTURE(c.range);
      const Reply reply = client.get(origin.url(path), "Range: bytes=" + c.range + "\r\n");
      CHECK(reply.status == 206);
      CHECK((reply.body == bytes.substr(c.first, c.count)));
      CHECK(reply.field("content-range") ==
            "bytes " + std::to_string(c.first) + "-" + std::to_string(c.first + c.count - 1) + "/" + size);
      CHECK(reply.field("etag") == "\"" + sha256_hex(bytes) + "\"");
      CHECK(reply.field("cache-control") == "public, max-age=31536000, immutable");
    }
    const Reply beyond = client.get(origin.url(path), "Range: bytes=" + size + "-\r\n");
    CHECK(beyond.status == 416);
    CHECK(beyond.field("content-range") == "bytes */" + size);
    CHECK(client.get(origin.url(path), "Range: lines=1-2\r\n").status == 200);
    CHECK(client.request("HEAD", origin.url(path), "Range: bytes=0-1\r\n").field("content-length") == size);
  }
}

TEST_CASE("several ranges come as parts of one message") {
  Origin origin;
  Client client(origin.port());
  for (const char* path : {Origin::kSmall, Origin::kLarge}) {
    CAPTURE(path);
    const std::string bytes = origin.stored(path);
    const std::string size = std::to_string(bytes.size());
    const Reply reply = client.get(origin.url(path), "Range: bytes=0-4, 90000-90009,-3\r\n");
    REQUIRE(reply.status == 206);
    const std::string type = reply.field("content-type");
    REQUIRE(type.starts_with("multipart/byteranges; boundary="));
    const std::string mark = "\r\n--" + type.substr(type.find('=') + 1);
    const auto part = [&](std::size_t first, std::size_t last) {
      return mark + "\r\nContent-Type: video/mp4\r\nContent-Range: bytes " + std::to_string(first) + "-" +
             std::to_string(last) + "/" + size + "\r\n\r\n" + bytes.substr(first, last - first + 1);
    };
    CHECK(
        (reply.body == part(0, 4) + part(90'000, 90'009) + part(bytes.size() - 3, bytes.size() - 1) + mark + "--\r\n"));
  }
}

TEST_CASE("floods of ranges are refused with 416") {
  Origin origin;
  Client client(origin.port());
  CHECK(client.get(origin.url(Origin::kSmall), "Range: bytes=0-,0-,0-\r\n").status == 416);
  std::string many = "Range: bytes=0-0";
  for (int i = 1; i < 200; ++i) many += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
  CHECK(client.get(origin.url(Origin::kSmall), many + "\r\n").status == 416);
}

TEST_CASE("conditional requests spare the body, or the mistake") {
  Origin origin;
  Client client(origin.port());
  const std::string target = origin.url(Origin::kSmall);
  const std::string etag = client.get(target).field("etag");
  const Reply unchanged = client.get(target, "If-None-Match: \"x\", W/" + etag + "\r\n");
  CHECK(unchanged.status == 304);
  CHECK(unchanged.field("etag") == etag);
  CHECK(unchanged.field("cache-control") == "public, max-age=31536000, immutable");
  CHECK(unchanged.field("content-length").empty());
  CHECK(client.get(target, "If-None-Match: \"x\"\r\n").status == 200);
  CHECK(client.get(target, "If-Match: \"x\"\r\n").status == 412);
  CHECK(client.get(target, "If-Match: " + etag + "\r\n").status == 200);
  CHECK(client.get(target, "Range: bytes=0-9\r\nIf-Range: " + etag + "\r\n").status == 206);
  CHECK(client.get(target, "Range: bytes=0-9\r\nIf-Range: \"x\"\r\n").status == 200);
  CHECK(client.get(target, "Range: bytes=0-9\r\nIf-None-Match: " + etag + "\r\n").status == 304);
  CHECK(client.get(target, "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT\r\n").status == 200);
}

TEST_CASE("playlists come compressed as the version holds them, each coding with its own ETag") {
  Origin origin;
  Client client(origin.port());
  const std::string target = origin.url("multivariant.m3u8");
  const Reply plain = client.get(target);
  CHECK(plain.field("content-type") == "application/vnd.apple.mpegurl");
  CHECK(plain.field("vary").find("Accept-Encoding") != std::string::npos);
  CHECK(plain.field("content-encoding").empty());
  CHECK(plain.body == origin.stored("multivariant.m3u8"));
  struct Case {
    const char *accept, *coding, *suffix;
  };
  for (const Case& c :
       {Case{"gzip, deflate, br", "br", ".br"}, Case{"gzip", "gzip", ".gz"}, Case{"br;q=0.1, gzip", "gzip", ".gz"}}) {
    CAPTURE(c.accept);
    const Reply coded = client.get(target, std::string("Accept-Encoding: ") + c.accept + "\r\n");
    const std::string stored = origin.stored(std::string("multivariant.m3u8") + c.suffix);
    CHECK(coded.field("content-encoding") == c.coding);
    CHECK((coded.body == stored));
    CHECK(coded.field("etag") == "\"" + sha256_hex(stored) + "\"");
    CHECK(coded.field("content-type") == "application/vnd.apple.mpegurl");
    // An ETag is of one coding: the other's does not match.
    CHECK(client.get(target, "If-None-Match: " + coded.field("etag") + "\r\n").status == 200);
    CHECK(client
              .get(target,
                   std::string("Accept-Encoding: ") + c.accept + "\r\nIf-None-Match: " + coded.field("etag") + "\r\n")
              .status == 304);
  }
  CHECK(client.get(target, "Accept-Encoding: gzip;q=0, br;q=0\r\n").field("content-encoding").empty());
}

TEST_CASE("a compressed playlist asked for with an open range comes whole") {
  Origin origin;
  const Reply reply = fetch(origin.port(), origin.url("multivariant.m3u8"),
                            "Accept-Encoding: gzip, identity;q=1, *;q=0\r\nRange: bytes=0-\r\n");
  CHECK(reply.status == 200);
  CHECK(reply.field("content-encoding") == "gzip");
}

TEST_CASE("a small segment comes in gzip, its tables packed, to who asks for all of it") {
  Origin origin;
  Client client(origin.port());
  const std::string bytes = origin.stored(Origin::kFragment), target = origin.url(Origin::kFragment);
  const std::string accept = "Accept-Encoding: gzip, deflate, br\r\n";
  const Reply packed = client.get(target, accept);
  CHECK(packed.field("content-encoding") == "gzip");
  CHECK(packed.field("vary").find("Accept-Encoding") != std::string::npos);
  CHECK(packed.body.size() + 400 < bytes.size());
  CHECK((publish::gunzip(packed.body, bytes.size()) == bytes));
  const std::string tag = packed.field("etag");
  CHECK(tag != "\"" + sha256_hex(bytes) + "\"");
  const Reply unchanged = client.get(target, accept + "If-None-Match: " + tag + "\r\n");
  CHECK(unchanged.status == 304);
  CHECK(unchanged.field("vary").find("Accept-Encoding") != std::string::npos);
  // The plain bytes are for everybody, and a cache that has them keeps no other copy.
  for (const std::string fields :
       {"", "Accept-Encoding: identity\r\n", "Accept-Encoding: gzip\r\nCDN-Loop: cache\r\n"}) {
    CAPTURE(fields);
    const Reply plain = client.get(target, fields);
    CHECK(plain.status == 200);
    CHECK((plain.body == bytes));
    CHECK(plain.field("etag") == "\"" + sha256_hex(bytes) + "\"");
    CHECK(plain.field("content-encoding").empty());
    CHECK(plain.field("vary").find("Accept-Encoding") == std::string::npos);
  }
}

TEST_CASE("a part of a segment is of its plain bytes, whatever is accepted") {
  Origin origin;
  Client client(origin.port());
  const std::string bytes = origin.stored(Origin::kFragment), target = origin.url(Origin::kFragment);
  const std::string accept = "Accept-Encoding: gzip, br\r\n";
  for (const std::size_t from : {std::size_t{0}, std::size_t{700}}) {
    const Reply rest = client.get(target, accept + "Range: bytes=" + std::to_string(from) + "-\r\n");
    CHECK(rest.status == 206);
    CHECK(rest.field("content-encoding").empty());
    CHECK((rest.body == bytes.substr(from)));
  }
  // What came packed cannot be gone on with by its validator: all of it comes again.
  const std::string tag = client.get(target, accept).field("etag");
  const Reply again = client.get(target, accept + "Range: bytes=700-\r\nIf-Range: " + tag + "\r\n");
  CHECK(again.status == 200);
  CHECK((again.body == bytes));
}

TEST_CASE("a segment that gzip would not make smaller comes as it is") {
  Origin origin;
  Client client(origin.port());
  for (const char* path : {"audio/en-aac/1.m4s", "video/1/init.mp4", Origin::kLarge}) {
    CAPTURE(path);
    const Reply reply = client.get(origin.url(path), "Accept-Encoding: gzip, br\r\n");
    CHECK((reply.body == origin.stored(path)));
    CHECK(reply.field("content-encoding").empty());
    CHECK(reply.field("vary").find("Accept-Encoding") == std::string::npos);
  }
}

TEST_CASE("damaged bytes on disk are never sent as if they were the lesson") {
  Origin origin;
  std::string bytes = origin.stored(Origin::kSmall);
  bytes[5000] = static_cast<char>(bytes[5000] ^ 1);
  REQUIRE(write_file(origin.path_of(Origin::kSmall), bytes));
  REQUIRE(write_file(origin.path_of("video/1/1.m4s"), "short"));
  REQUIRE(write_file(origin.path_of(Origin::kLarge), "short"));
  Client client(origin.port());
  for (const char* path : {Origin::kSmall, "video/1/1.m4s", Origin::kLarge}) {
    CAPTURE(path);
    const Reply reply = client.get(origin.url(path));
    CHECK(reply.status == 500);
    CHECK(reply.field("cache-control") == "no-store");
    CHECK(reply.body.find("/tmp") == std::string::npos);
  }
  CHECK(client.get(origin.url("video/1/2.m4s")).status == 200);
  CHECK(origin.metric("chalkline_load_failures_total") == 3);
}

TEST_CASE("what was published here is served without hashing it again, and what changed since is hashed first") {
  Origin origin;
  Client client(origin.port());
  const std::string bytes = origin.stored(Origin::kLarge);
  CHECK((client.get(origin.url(Origin::kLarge)).body == bytes));
  CHECK(origin.metric("chalkline_files_hashed_total") == 0);
  // The same bytes in a file of today: found right once, and remembered.
  REQUIRE(write_file(origin.path_of("video/1/1.m4s"), origin.stored("video/1/1.m4s")));
  CHECK(client.get(origin.url("video/1/1.m4s")).status == 200);
  CHECK(origin.metric("chalkline_files_hashed_total") == 1);
  const auto remembered = origin.library().versions->verified(origin.lesson.version);
  const auto now = origin.library().versions->open(origin.lesson.version, "video/1/1.m4s");
  REQUIRE(now);
  CHECK((remembered.at("video/1/1.m4s") == now->state));
}

TEST_CASE("one flipped byte is found though the file has its length and its time of before") {
  Origin origin;
  const auto path = origin.path_of(Origin::kLarge);
  const auto time = std::filesystem::last_write_time(path);
  flip_byte(path, 777'777);
  std::filesystem::last_write_time(path, time);
  CHECK(fetch(origin.port(), origin.url(Origin::kLarge)).status == 500);
}

TEST_CASE("damage that the file system does not show is found with server.verify_reads") {
  config::Config config = Origin::usual_config();
  config.server.verify_reads = true;
  Origin origin(config);
  CHECK(fetch(origin.port(), origin.url(Origin::kSmall)).status == 200);
  CHECK(origin.metric("chalkline_files_hashed_total") == 1);
  // As if the disk had rotted: the state that is remembered is the one after it.
  flip_byte(origin.path_of(Origin::kLarge), 777'777);
  library::VersionStore& store = *origin.library().versions;
  store.note_verified(origin.lesson.version, Origin::kLarge, store.open(origin.lesson.version, Origin::kLarge)->state);
  CHECK(fetch(origin.port(), origin.url(Origin::kLarge)).status == 500);
}

TEST_CASE("a version whose index was changed is not served") {
  Origin origin;
  REQUIRE(write_file(origin.path_of("index.json"), origin.stored("index.json") + "\n"));
  CHECK(fetch(origin.port(), origin.url(Origin::kSmall)).status == 500);
  CHECK(fetch(origin.port(), "/l/" + origin.lesson.id + "/multivariant.m3u8").status == 500);
}
