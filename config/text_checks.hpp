// Shapes of the texts in a configuration. Each returns what is wrong and how to write it, or empty where it is right.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace chalkline::config {

std::string check_address(std::string_view text);    // an IPv4 or IPv6 address
std::string check_origin(std::string_view text);     // "*" or an origin as browsers send it (RFC 6454 6.2)
std::string check_file_name(std::string_view text);  // of a file that is opened later; may be empty
// Long enough not to be guessed.
std::string check_secret(std::string_view text);
// Letters, digits, "-" and "_", or nothing.
std::string check_word(std::string_view text);
std::string check_public_key(std::string_view text);   // as core/signing writes one
std::string check_hours(std::string_view text);        // a part of the day (core/hours), or empty
std::string check_line(std::string_view text);         // some text without control characters
std::string check_hook_url(std::string_view text);     // http:// or https://, a host, and what comes after it
std::string check_hook_secret(std::string_view text);  // as the Standard Webhooks specification writes one
std::string check_base_url(std::string_view text);     // empty, or an origin
std::string check_endpoint(std::string_view text);     // empty, or an origin with or without a path
std::string check_network(std::string_view text);      // an address range (core/network)
std::string check_mirror_name(std::string_view text);  // empty, or as library/mirrors.hpp takes it
std::string check_near_mirror(
    std::string_view text);  // an origin and address ranges (core/network), with spaces between

}  // namespace chalkline::config
