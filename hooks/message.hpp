// A web hook as it is sent: a body, and the fields by which its receiver knows who sent it, as the Standard Webhooks
// specification 1.0 has them, so that its libraries verify ours. And when a try that failed is repeated. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "library/hooks.hpp"

namespace chalkline::hooks {

struct Message {
  std::string body;  // JSON: type, timestamp, data
  std::vector<std::pair<std::string, std::string>> fields;
};

// `secrets` as check_hook_secret (config/text_checks.hpp) takes them: one signature each. `now_s`: Unix seconds of
// this try, which are signed too, so that what somebody recorded is old when it is played again.
Message message_of(const library::Delivery& delivery, std::span<const std::string> secrets, std::int64_t now_s);

// After `tries` that failed: `first`, four times as long after each further one, 12 hours at most; not all at the same
// time: `chance`, 0 to 1, moves it by a tenth either way.
std::chrono::milliseconds pause_after(int tries, std::chrono::milliseconds first, double chance);

// Of a Retry-After in seconds (RFC 9110 10.2.3), 24 hours at most; nothing for a date or for anything else.
std::chrono::milliseconds asked_pause(std::string_view retry_after);

}  // namespace chalkline::hooks
