// CMCD texts as players send them, and the paths that their next objects name.
#include "streamer/http/cmcd.hpp"

#include <doctest/doctest.h>

using namespace chalkline::streamer;

static Cmcd parsed(std::string_view text) {
  Cmcd data;
  parse_cmcd(text, data);
  return data;
}

TEST_CASE("the keys of CTA-5004 that we use are read, the others passed over") {
  const Cmcd data = parsed(
      R"(bl=21300,br=3200,bs,cid="faec5fc2",d=4004,mtp=25400,nor="..%2F300kbps%2Ftrack.m4v",ot=v,rtp=15000,sf=h,sid="6e2fb550",su,com.example-x=7)");
  CHECK(data.any);
  CHECK(data.buffer_ms == 21'300U);
  CHECK(data.throughput_kbps == 25'400U);
  CHECK(data.sufficient_kbps == 15'000U);
  CHECK(data.starved);
  CHECK(data.starting);
  CHECK(data.next_object == "../300kbps/track.m4v");
}

TEST_CASE("header fields add up") {
  Cmcd data;
  parse_cmcd("bl=0, dl=10, mtp=90", data);
  parse_cmcd("bs", data);
  parse_cmcd("", data);
  CHECK(data.buffer_ms == 0U);
  CHECK(data.throughput_kbps == 90U);
  CHECK(data.starved);
  CHECK_FALSE(data.starting);
}

TEST_CASE("what is malformed says nothing") {
  CHECK_FALSE(parsed("").any);
  CHECK_FALSE(parsed(",,,").any);
  CHECK_FALSE(parsed("bl=").any);
  CHECK_FALSE(parsed("bl=-3,mtp=1e9,rtp=99999999999999").any);
  CHECK_FALSE(parsed("BL=7").any);
  CHECK(parsed("nor=unquoted").next_object.empty());
  CHECK(parsed("nor=\"%zz\"").next_object.empty());
  CHECK(parsed("nor=\"open").next_object.empty());
  CHECK_FALSE(parsed("bs=false").starved);
  CHECK(parsed("nor=\"a,b\\\"c\",bs").next_object == "a,b\"c");
  CHECK(parsed("nor=\"a,b\\\"c\",bs").starved);
}

TEST_CASE("the next object is found beside the one asked for, and nowhere outside") {
  CHECK(resolve_path("/v/x/video/0/1.m4s", "2.m4s") == "/v/x/video/0/2.m4s");
  CHECK(resolve_path("/v/x/video/0/1.m4s", "../1/2.m4s") == "/v/x/video/1/2.m4s");
  CHECK(resolve_path("/v/x/video/0/1.m4s", "/v/y/2.m4s?q=1") == "/v/y/2.m4s");
  CHECK(resolve_path("/v/x/1.m4s", "../../../../etc/passwd").empty());
  CHECK(resolve_path("/v/x/1.m4s", "//other.example/2.m4s").empty());
  CHECK(resolve_path("/v/x/1.m4s", "https://other.example/2.m4s").empty());
  CHECK(resolve_path("/v/x/1.m4s", "").empty());
  CHECK(resolve_path("/v/x/1.m4s", std::string(2000, 'a')).empty());
}
