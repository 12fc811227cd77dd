// Closed lessons: tokens that open everything under a path until a moment, made with a secret that the platform and
// this server share (HMAC-SHA-256). One text serves as a bearer token (RFC 6750), as ?token= of a signed URL, and as
// /t/TOKEN/ in front of a path, where the relative addresses of playlists keep it. Pure: the clock is a parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chalkline::streamer {

struct AccessGrant {
  std::string prefix;        // "/l/water/": opens that path and all beneath
  std::int64_t expires = 0;  // Unix seconds
  friend bool operator==(const AccessGrant&, const AccessGrant&) = default;
};

// "EXPIRES.PREFIX.SIGNATURE", the last two base64url without padding (RFC 4648 5): letters, digits, "-", "_" and "."
// only.
std::string make_token(std::string_view secret, const AccessGrant& grant);

// What the token opens; none where no secret made it, or its time is over. Compares in constant time.
std::optional<AccessGrant> check_token(std::string_view token, std::span<const std::string> secrets, std::int64_t now);

// Whether the grant opens this path, which must be normalised (parse_target). A grant of a lesson, "/l/ID/", opens its
// pages, "/watch/ID" and "/embed/ID", too.
bool opens(const AccessGrant& grant, std::string_view path);

// The token of "Bearer TOKEN", in any case of "Bearer"; empty where the field says something else.
std::string_view bearer_token(std::string_view authorization);

// Takes "/t/TOKEN" off the front of a request target that has it; empty, and the target as it was, where it has not.
std::string_view take_path_token(std::string_view& target);

}  // namespace chalkline::streamer
