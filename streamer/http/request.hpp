// The head of one HTTP/1.x request as views into the bytes it was parsed from: no allocation in the common case.
// Made by RequestParser on a delivery thread; valid only while those bytes stand still.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chalkline::streamer {

enum class Method : std::uint8_t { kGet, kHead, kOptions, kPost, kPut, kPatch, kDelete, kOther };

struct RequestHead {
  Method method = Method::kOther;
  std::string_view method_text;
  std::string_view target;  // as sent: origin-form, absolute-form or "*"
  bool http_1_0 = false;
  bool keep_alive = true;  // what the client asked for, RFC 9112 9.3
  bool has_body = false;   // Content-Length above 0, or chunked
  std::optional<std::uint64_t> content_length;

  std::string_view host;
  std::string_view range;  // empty where absent or sent more than once
  std::string_view if_range;
  std::string_view if_match;  // repeated list fields are joined with ", "
  std::string_view if_none_match;
  std::string_view if_modified_since;
  std::string_view if_unmodified_since;
  std::string_view accept_encoding;
  std::string_view accept_language;
  std::string_view expect;
  std::string_view origin;

  // What a client says of itself and its link (client_fields.hpp).
  std::string_view save_data;            // "on": as few bytes as will do
  std::string_view ect;                  // Network Information API: "slow-2g", "2g", "3g", "4g"
  std::string_view downlink;             // Mbit/s
  std::string_view rtt;                  // milliseconds
  std::array<std::string_view, 4> cmcd;  // CMCD-Object, -Request, -Session, -Status (CTA-5004 2.1)
  std::string_view authorization;
  std::string_view cookie;    // pieces joined
  std::string_view cdn_loop;  // RFC 8586: the caches that this request has come through
};

}  // namespace chalkline::streamer
