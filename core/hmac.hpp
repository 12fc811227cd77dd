// HMAC with SHA-256 (RFC 2104, FIPS 180-4), by which two who share a secret know each other's texts. Pure.
#pragma once

#include <string>
#include <string_view>

namespace chalkline {

// 32 bytes.
std::string hmac_sha256(std::string_view secret, std::string_view message);

}  // namespace chalkline
