// The pure parts of HTTP/2: priorities, the flood guard, header fields both ways.
#include <chrono>

#include <doctest/doctest.h>

#include "streamer/h2/flood_guard.hpp"
#include "streamer/h2/h2_fields.hpp"
#include "streamer/h2/priority.hpp"

using namespace chalkline::streamer;
using namespace std::chrono_literals;

TEST_CASE("the priority field: u and i, whatever else stands there") {
  struct Case {
    std::string_view text;
    std::optional<Priority> wanted;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"u=0", Priority{0, false}},
           {"u=7, i", Priority{7, true}},
           {"i", Priority{3, true}},
           {" u=5 ,i=?0", Priority{5, false}},
           {"i;x=1, u=2;y", Priority{2, true}},
           {"a=(1 2), u=1", Priority{1, false}},
           {"u=1, u=4", Priority{4, false}},  // RFC 8941 3.2: the last one counts
           {"u=8", std::nullopt},
           {"u=-1", std::nullopt},
           {"u=", std::nullopt},
           {"urgency=1", std::nullopt},
           {"", std::nullopt},
           {",,,", std::nullopt},
       }) {
    CAPTURE(c.text);
    CHECK(parse_priority(c.text) == c.wanted);
  }
}

TEST_CASE("playlists before audio and captions, these before pages, these before video, pictures last") {
  const std::string_view in_order[] = {"/v/a/video/0/playlist.m3u8", "/v/a/audio/en-opus/1.m4s", "/watch/a",
                                       "/v/a/video/0/1.m4s", "/v/a/image/storyboard/1.jpg"};
  for (std::size_t i = 1; i < std::size(in_order); ++i)
    CHECK(priority_of(in_order[i - 1], std::nullopt).urgency < priority_of(in_order[i], std::nullopt).urgency);
  const auto first = priority_of("/v/a/video/0/playlist.m3u8", std::nullopt);
  CHECK(priority_of("/l/a/multivariant.m3u8?audio=fr", std::nullopt) == first);
  CHECK(priority_of("/v/a/video/0/init.mp4", std::nullopt) == first);
  CHECK(priority_of("/t/1.2.3/v/a/video/0/init.mp4", std::nullopt) == first);
  CHECK(priority_of("/v/a/text/sw/1.vtt", std::nullopt) == priority_of("/v/a/audio/en-opus/1.m4s", std::nullopt));
}

TEST_CASE("what the client asks stands, but video gives way to what it asks the same urgency for") {
  const Priority asked{1, true};
  CHECK(priority_of("/v/a/audio/en-opus/1.m4s", asked) == Priority{1, false});
  CHECK(priority_of("/v/a/video/0/1.m4s", asked) == Priority{2, false});
  CHECK(priority_of("/v/a/video/0/1.m4s", Priority{7, false}) == Priority{7, false});
  CHECK(priority_of("/watch/a", asked) == asked);
}

TEST_CASE("the flood guard lets a burst pass, then a few a second, and what is sent fills it again") {
  const auto start = FloodGuard::Clock::now() + 1h;  // full, however long ago it was made
  FloodGuard guard;
  for (std::int64_t i = 0; i < FloodGuard::kBurst; ++i) REQUIRE(guard.take(start));
  CHECK(guard.take(start));  // the hour that passed filled it once
  for (std::int64_t i = 1; i < FloodGuard::kBurst; ++i) REQUIRE(guard.take(start));
  CHECK_FALSE(guard.take(start));
  for (std::int64_t i = 0; i < FloodGuard::kPerSecond; ++i) CHECK(guard.take(start + 1s));
  CHECK_FALSE(guard.take(start + 1s));
  guard.give(2);
  CHECK(guard.take(start + 1s));
  CHECK(guard.take(start + 1s));
  CHECK_FALSE(guard.take(start + 1s));
}

TEST_CASE("a request's fields become the same head as in HTTP/1.1") {
  H2RequestFields fields;
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{":method", "GET"},
                                                                            {":scheme", "https"},
                                                                            {":authority", "school.example"},
                                                                            {":path", "/v/a/b?c"},
                                                                            {"accept-encoding", "br"},
                                                                            {"accept-encoding", "gzip"},
                                                                            {"range", "bytes=0-1"},
                                                                            {"content-length", "12"},
                                                                            {"if-none-match", "\"x\""},
                                                                            {"priority", "u=1"},
                                                                            {"x-other", "1"},
                                                                            {"origin", "https://a.example"}})
    fields.add(name, value);
  CHECK(fields.count() == 12);
  std::deque<std::string> joined;
  RequestHead head;
  fields.fill(head, joined);
  CHECK(head.method == Method::kGet);
  CHECK(head.target == "/v/a/b?c");
  CHECK(head.host == "school.example");
  CHECK(head.accept_encoding == "br, gzip");
  CHECK(head.range == "bytes=0-1");
  CHECK(head.content_length == 12);
  CHECK(head.if_none_match == "\"x\"");
  CHECK(head.origin == "https://a.example");
  CHECK(fields.priority() == "u=1");

  H2RequestFields host_only;
  host_only.add(":method", "BREW");
  host_only.add("host", "a.example");
  host_only.fill(head, joined);
  CHECK(head.method == Method::kOther);
  CHECK(head.method_text == "BREW");
  CHECK(head.host == "a.example");
}

TEST_CASE("a response's head becomes lower-case pairs without what belongs to a connection") {
  H2ResponseFields fields;
  fields.assign(206, "HTTP/1.1 206 Partial Content\r\nContent-Type: video/iso.segment\r\nETag: \"A:b\"\r\n",
                "Date: now\r\nConnection: close\r\n");
  std::string all;
  for (const nghttp2_nv& pair : fields.pairs())
    all.append(reinterpret_cast<char*>(pair.name), pair.namelen)
        .append("=")
        .append(reinterpret_cast<char*>(pair.value), pair.valuelen)
        .append(";");
  CHECK(all == ":status=206;content-type=video/iso.segment;etag=\"A:b\";date=now;");
}
