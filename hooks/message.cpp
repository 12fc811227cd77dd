// The signature is over "id.timestamp.body".
#include "hooks/message.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base64.hpp"
#include "core/hmac.hpp"

namespace chalkline::hooks {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

// "2026-01-31T23:59:59.123Z" (RFC 3339).
static std::string time_text(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)), ms % 1000);
}

static std::string body_of(const library::Delivery& delivery) {
  Json data;
  data["lesson"] = delivery.lesson_id;
  if (!delivery.version.empty()) data["version"] = delivery.version;
  if (delivery.job != 0) {
    data["job"] = delivery.job;
    data["failure"] = delivery.failure;
  }
  Json json;
  json["type"] = delivery.event;
  json["timestamp"] = time_text(delivery.at_ms);
  json["data"] = std::move(data);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Message message_of(const library::Delivery& delivery, std::span<const std::string> secrets, std::int64_t now_s) {
  constexpr std::size_t kPrefix = std::string_view("whsec_").size();
  Message message;
  message.body = body_of(delivery);
  const std::string id = "evt_" + delivery.event_id;
  const std::string time = std::to_string(now_s);
  std::string signatures;
  for (const std::string& secret : secrets) {
    const std::string key = from_base64(std::string_view(secret).substr(std::min(kPrefix, secret.size()))).value_or("");
    const std::string signature = to_base64(hmac_sha256(key, id + "." + time + "." + message.body));
    signatures += (signatures.empty() ? "v1," : " v1,") + signature;
  }
  message.fields = {{"Content-Type", "application/json"},
                    {"webhook-id", id},
                    {"webhook-timestamp", time},
                    {"webhook-signature", signatures}};
  return message;
}

std::chrono::milliseconds pause_after(int tries, std::chrono::milliseconds first, double chance) {
  constexpr std::chrono::milliseconds kLongest = 12h;
  std::chrono::milliseconds pause = first;
  for (int i = 1; i < tries && pause < kLongest; ++i) pause *= 4;
  const double part = 0.9 + 0.2 * std::clamp(chance, 0.0, 1.0);
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(std::min(pause, kLongest).count()) * part));
}

std::chrono::milliseconds asked_pause(std::string_view retry_after) {
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(retry_after.data(), retry_after.data() + retry_after.size(), seconds);
  if (failed != std::errc() || end != retry_after.data() + retry_after.size()) return 0ms;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86'400));
}

}  // namespace chalkline::hooks
