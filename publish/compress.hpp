// Whole texts compressed as small as they go (gzip RFC 1952 at level 9, brotli RFC 7932 at quality 11): done once when
// a version is made, read a million times. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace chalkline::publish {

std::string gzip(std::string_view text);
std::string brotli(std::string_view text);

}  // namespace chalkline::publish
