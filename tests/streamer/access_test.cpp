// Tokens for closed lessons: what they open, until when, and that nobody else can make one.
#include "streamer/http/access.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::streamer;

static const std::vector<std::string> kSecrets = {"a secret that is long enough to be one",
                                                  "the secret of last month, still good"};
static constexpr std::int64_t kNow = 1'800'000'000;

TEST_CASE("a token opens what it was made for, until its time is over") {
  const AccessGrant grant{"/l/water/", kNow + 60};
  const std::string token = make_token(kSecrets[0], grant);
  CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
        std::string::npos);
  CHECK(check_token(token, kSecrets, kNow) == grant);
  CHECK(check_token(token, kSecrets, kNow + 59) == grant);
  CHECK_FALSE(check_token(token, kSecrets, kNow + 60));
  CHECK(check_token(make_token(kSecrets[1], grant), kSecrets, kNow) == grant);
  CHECK_FALSE(check_token(make_token("another secret altogether, of nobody", grant), kSecrets, kNow));
  CHECK_FALSE(check_token(token, {}, kNow));
}

TEST_CASE("the platform can make one with what every language has") {
  // printf 'chalkline-access-1\n/l/water/\n1800000060' | openssl dgst -sha256 -hmac SECRET -binary | basenc --base64url
  CHECK(make_token("0123456789abcdef0123456789abcdef", {"/l/water/", 1'800'000'060}) ==
        "1800000060.L2wvd2F0ZXIv.rT6T9ctch55c__OHoDeuog-U9mfTwv6boPmThTKO-3E");
}

TEST_CASE("a token that was changed anywhere opens nothing") {
  const std::string token = make_token(kSecrets[0], {"/l/water/", kNow + 60});
  for (std::size_t i = 0; i < token.size() - 1; ++i) {  // the last digit has two bits that say nothing
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CAPTURE(i);
    CHECK_FALSE(check_token(changed, kSecrets, kNow));
  }
  for (const char* text : {"", ".", "..", "1.2.3", "99999999999999999999.L2wv.AAAA", "x.L2wv.AAAA"})
    CHECK_FALSE(check_token(text, kSecrets, kNow));
  CHECK_FALSE(check_token(std::string(5000, 'a'), kSecrets, kNow));
}

TEST_CASE("a grant opens its path and all beneath, and nothing that only begins alike") {
  const AccessGrant lesson{"/l/water/", kNow};
  CHECK(opens(lesson, "/l/water/multivariant.m3u8"));
  CHECK(opens(lesson, "/watch/water"));
  CHECK_FALSE(opens(lesson, "/watch/water-2"));
  CHECK(opens(lesson, "/embed/water"));
  CHECK_FALSE(opens(lesson, "/embed/water-2"));
  CHECK_FALSE(opens(lesson, "/l/water-2/multivariant.m3u8"));
  CHECK_FALSE(opens(lesson, "/v/abc/video/0/1.m4s"));
  CHECK(opens({"/v/abc", kNow}, "/v/abc/video/0/1.m4s"));
  CHECK_FALSE(opens({"/v/abc", kNow}, "/v/abcd/video/0/1.m4s"));
  CHECK(opens({"/", kNow}, "/l/fire/index.json"));
}

TEST_CASE("tokens are found in the field and in front of the path") {
  CHECK(bearer_token("Bearer abc") == "abc");
  CHECK(bearer_token("bearer  abc") == "abc");
  CHECK(bearer_token("Basic abc").empty());
  CHECK(bearer_token("Bearer").empty());
  std::string_view target = "/t/1.2.3/v/a/b?c";
  CHECK(take_path_token(target) == "1.2.3");
  CHECK(target == "/v/a/b?c");
  for (const char* without : {"/v/a/b", "/t/", "/t//v", "/t/abc", "/ta/b/c"}) {
    target = without;
    CHECK(take_path_token(target).empty());
    CHECK(target == without);
  }
}
