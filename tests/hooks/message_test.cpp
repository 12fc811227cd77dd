// What a receiver gets, and when it gets it again.
#include "hooks/message.hpp"

#include <doctest/doctest.h>

#include "core/base64.hpp"
#include "core/hmac.hpp"

using namespace chalkline;
using namespace std::chrono_literals;

static library::Delivery delivery() {
  library::Delivery made;
  made.event_id = "0123456789abcdef0123456789abcdef";
  made.event = "lesson.published";
  made.at_ms = 1'700'000'000'007;
  made.lesson_id = "maji";
  made.version = "ab";
  return made;
}

static std::string field(const hooks::Message& message, std::string_view name) {
  for (const auto& [one, value] : message.fields)
    if (one == name) return value;
  return {};
}

// RFC 4231, test case 2.
TEST_CASE("the sum is HMAC with SHA-256") {
  CHECK(to_base64(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

// The signature was made with openssl: printf '%s' "$id.$time.$body" | openssl dgst -sha256 -mac HMAC -macopt
// hexkey:...
TEST_CASE("an event is JSON with its time, signed by each secret over id, time and body") {
  const std::vector<std::string> secrets = {"whsec_" + to_base64(std::string(32, '\x01')),
                                            "whsec_" + to_base64(std::string(24, '\x02'))};
  const hooks::Message message = hooks::message_of(delivery(), secrets, 1'700'000'100);
  CHECK(
      message.body ==
      R"({"type":"lesson.published","timestamp":"2023-11-14T22:13:20.007Z","data":{"lesson":"maji","version":"ab"}})");
  CHECK(field(message, "webhook-id") == "evt_0123456789abcdef0123456789abcdef");
  CHECK(field(message, "webhook-timestamp") == "1700000100");
  const std::string signatures = field(message, "webhook-signature");
  CHECK(signatures ==
        "v1,hTRzWfbS5XnQ1bqDncDTk9/mkEW/n4l4kG7jCmOFeSw= v1,OZyFS+GxW+7T+lwbNmNJQYLAFCI0VB1k4QwVFmvAn4Q=");
}

TEST_CASE("a failure says which job and why, whatever bytes the sentence has") {
  library::Delivery failed = delivery();
  failed.event = "job.failed";
  failed.version.clear();
  failed.job = 7;
  failed.failure = "cannot read \xff.mp4";
  const std::string body = hooks::message_of(failed, {}, 0).body;
  CHECK(body.ends_with("\"data\":{\"lesson\":\"maji\",\"job\":7,\"failure\":\"cannot read \xEF\xBF\xBD.mp4\"}}"));
}

TEST_CASE("pauses grow fourfold to half a day, and are not the same for all") {
  CHECK(hooks::pause_after(1, 5s, 0.5) == 5s);
  CHECK(hooks::pause_after(2, 5s, 0.5) == 20s);
  CHECK(hooks::pause_after(4, 5s, 0.5) == 320s);
  CHECK(hooks::pause_after(60, 5s, 0.5) == 12h);
  CHECK(hooks::pause_after(1, 5s, 0) == 4500ms);
  CHECK(hooks::pause_after(1, 5s, 1) == 5500ms);
  CHECK(hooks::asked_pause("120") == 120s);
  CHECK(hooks::asked_pause("99999999") == 24h);
  for (const char* text : {"", "-1", "soon", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"})
    CHECK_MESSAGE(hooks::asked_pause(text) == 0ms, text);
}
