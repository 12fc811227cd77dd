// Preconditions in the order of RFC 9110 13.2.2.
#include "streamer/http/conditional.hpp"

#include <functional>

#include <doctest/doctest.h>

using namespace chalkline::streamer;

static constexpr std::int64_t kAskedAt = 1'709'210'096;
static constexpr std::int64_t kModified = 784'111'777;
static constexpr const char* kAt = "Sun, 06 Nov 1994 08:49:37 GMT";
static constexpr const char* kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
static constexpr const char* kAfter = "Sun, 06 Nov 1994 08:49:38 GMT";

static Precondition evaluate(const std::function<void(RequestHead&)>& fill, bool dated = true,
                             Method method = Method::kGet) {
  RequestHead head;
  head.method = method;
  fill(head);
  Validators current{"\"a\"", std::nullopt};
  if (dated) current.last_modified = kModified;
  return evaluate_preconditions(head, current, kAskedAt);
}

TEST_CASE("without conditions the request proceeds") {
  CHECK(evaluate([](RequestHead&) {}) == Precondition::kProceed);
}

TEST_CASE("If-Match compares strongly and fails with 412") {
  CHECK(evaluate([](RequestHead& h) { h.if_match = "\"a\""; }) == Precondition::kProceed);
  CHECK(evaluate([](RequestHead& h) { h.if_match = "\"b\", \"a\""; }) == Precondition::kProceed);
  CHECK(evaluate([](RequestHead& h) { h.if_match = "*"; }) == Precondition::kProceed);
  CHECK(evaluate([](RequestHead& h) { h.if_match = "W/\"a\""; }) == Precondition::kFailed);
  CHECK(evaluate([](RequestHead& h) { h.if_match = "\"b\""; }) == Precondition::kFailed);
  CHECK(evaluate([](RequestHead& h) { h.if_match = "a"; }) == Precondition::kFailed);
}

TEST_CASE("If-Unmodified-Since is looked at only without If-Match, and only where there is a date") {
  CHECK(evaluate([](RequestHead& h) { h.if_unmodified_since = kAt; }) == Precondition::kProceed);
  CHECK(evaluate([](RequestHead& h) { h.if_unmodified_since = kBefore; }) == Precondition::kFailed);
  CHECK(evaluate([](RequestHead& h) { h.if_unmodified_since = kBefore; }, false) == Precondition::kProceed);
  CHECK(evaluate([](RequestHead& h) { h.if_unmodified_since = "nonsense"; }) == Precondition::kProceed);
  CHECK(evaluate([](RequestHead& h) {
          h.if_match = "\"a\"";
          h.if_unmodified_since = kBefore;
        }) == Precondition::kProceed);
}

TEST_CASE("If-None-Match compares weakly: 304 to GET and HEAD, 412 to others") {
  const auto with = [](std::string_view tags) { return [tags](RequestHead& h) { h.if_none_match = tags; }; };
  CHECK(evaluate(with("\"a\"")) == Precondition::kNotModified);
  CHECK(evaluate(with("W/\"a\"")) == Precondition::kNotModified);
  CHECK(evaluate(with("\"x,y\", \"a\"")) == Precondition::kNotModified);
  CHECK(evaluate(with("*")) == Precondition::kNotModified);
  CHECK(evaluate(with("\"a\""), true, Method::kHead) == Precondition::kNotModified);
  CHECK(evaluate(with("\"a\""), true, Method::kPut) == Precondition::kFailed);
  CHECK(evaluate(with("\"b\"")) == Precondition::kProceed);
  CHECK(evaluate(with("\"a")) == Precondition::kProceed);
}

TEST_CASE("If-None-Match that does not match wins over If-Modified-Since that would") {
  CHECK(evaluate([](RequestHead& h) {
          h.if_none_match = "\"b\"";
          h.if_modified_since = kAfter;
        }) == Precondition::kProceed);
}

TEST_CASE("If-Modified-Since gives 304 when nothing is newer") {
  CHECK(evaluate([](RequestHead& h) { h.if_modified_since = kAt; }) == Precondition::kNotModified);
  CHECK(evaluate([](RequestHead& h) { h.if_modified_since = kAfter; }) == Precondition::kNotModified);
  CHECK(evaluate([](RequestHead& h) { h.if_modified_since = kBefore; }) == Precondition::kProceed);
  CHECK(evaluate([](RequestHead& h) { h.if_modified_since = kAfter; }, false) == Precondition::kProceed);
}

TEST_CASE("a failed If-Match is reported before a matching If-None-Match") {
  CHECK(evaluate([](RequestHead& h) {
          h.if_match = "\"b\"";
          h.if_none_match = "\"a\"";
        }) == Precondition::kFailed);
}

TEST_CASE("Range applies only while If-Range holds") {
  const auto with = [](std::string_view validator) {
    return [validator](RequestHead& h) {
      h.range = "bytes=0-1";
      h.if_range = validator;
    };
  };
  CHECK(evaluate(with("\"a\"")) == Precondition::kProceed);
  CHECK(evaluate(with("\"b\"")) == Precondition::kProceedWithoutRange);
  CHECK(evaluate(with("W/\"a\"")) == Precondition::kProceedWithoutRange);
  CHECK(evaluate(with(kAt)) == Precondition::kProceed);
  CHECK(evaluate(with(kAfter)) == Precondition::kProceedWithoutRange);
  CHECK(evaluate(with(kAt), false) == Precondition::kProceedWithoutRange);
  CHECK(evaluate(with("rubbish")) == Precondition::kProceedWithoutRange);
}
