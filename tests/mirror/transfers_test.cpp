// Which transfers are joined, and which files began badly.
#include "mirror/transfers.hpp"

#include <doctest/doctest.h>

namespace chalkline::mirror {

namespace {

const Error kBad(Errc::kCorrupt, "bad");

TEST_CASE("a file that comes is joined by who asks for it, until it is there") {
  Transfers transfers;
  const auto first = transfers.join("/a");
  const auto second = transfers.join("/a");
  CHECK(first.first);
  CHECK_FALSE(second.first);
  CHECK(second.growing == first.growing);
  CHECK(transfers.join("/b").growing != first.growing);
  transfers.over("/a", *first.growing, {});
  CHECK(second.growing->seen().whole);
  CHECK(transfers.join("/a").first);
  CHECK_FALSE(transfers.begun_badly("/a"));
}

TEST_CASE("a file that was found to be bad is not joined, though its thread has not got to its end") {
  Transfers transfers;
  const auto bad = transfers.join("/a");
  bad.growing->grew(1000);
  bad.growing->ended(kBad);
  const auto anew = transfers.join("/a");
  CHECK(anew.first);
  CHECK(anew.growing != bad.growing);
  CHECK(transfers.begun_badly("/a"));
  CHECK_FALSE(transfers.begun_badly("/b"));
  transfers.over("/a", *bad.growing, kBad);
  CHECK(transfers.join("/a").growing == anew.growing);  // the old one's end is not the new one's
}

TEST_CASE("what was found to be bad at its end was begun badly; a line that was cut was not") {
  Transfers transfers;
  transfers.over("/a", *transfers.join("/a").growing, kBad);
  CHECK(transfers.begun_badly("/a"));
  transfers.over("/b", *transfers.join("/b").growing, Error(Errc::kBusy, "cut"));
  CHECK_FALSE(transfers.begun_badly("/b"));
  transfers.wait_for_all();
}

}  // namespace

}  // namespace chalkline::mirror
