// Accept-Encoding, RFC 9110 12.5.3.
#include "streamer/http/content_coding.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::streamer;

TEST_CASE("the best accepted coding that is held is chosen") {
  struct Case {
    const char* field;
    Coding with_both;
  };
  const std::vector<Case> cases = {
      {"", Coding::kIdentity},
      {"gzip", Coding::kGzip},
      {"GZIP", Coding::kGzip},
      {"x-gzip", Coding::kGzip},
      {"gzip, deflate, br", Coding::kBrotli},
      {"gzip, deflate, br, zstd", Coding::kBrotli},
      {"br;q=0.5, gzip;q=0.9", Coding::kGzip},
      {"br; q=0.9 , gzip ;q=0.5", Coding::kBrotli},
      {"br;q=0, gzip;q=0", Coding::kIdentity},
      {"*", Coding::kBrotli},
      {"*;q=0", Coding::kIdentity},
      {"gzip, identity;q=1, *;q=0", Coding::kGzip},
      {"identity", Coding::kIdentity},
      {"identity;q=1, gzip;q=0.5", Coding::kIdentity},
      {"identity;q=0", Coding::kIdentity},
      {"br;q=1.001", Coding::kIdentity},
      {"br;q=2", Coding::kIdentity},
      {"br;q=", Coding::kBrotli},
      {"br;q=0.0001", Coding::kIdentity},
      {"br;x=y;q=0.2, gzip;q=0.1", Coding::kBrotli},
      {"deflate", Coding::kIdentity},
      {",,gzip,,", Coding::kGzip},
      {"gzip;q=0.001", Coding::kGzip},
  };
  for (const Case& c : cases) {
    CAPTURE(c.field);
    CHECK(choose_coding(c.field, true, true) == c.with_both);
  }
}

TEST_CASE("a coding that is not held is not chosen") {
  CHECK(choose_coding("br, gzip", true, false) == Coding::kGzip);
  CHECK(choose_coding("br", true, false) == Coding::kIdentity);
  CHECK(choose_coding("br, gzip", false, false) == Coding::kIdentity);
}
